"""Draw molecules of the default source and check each: `make truth N=1000`; N=0 takes all.

Every class has its own place, so that triple and dative bonds are drawn too.  A molecule that is not legible in the
first of the styles is tried in the others, finer ones.  Prints what could not be read or drawn and every fault found.
"""

import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
from rich.progress import Progress

from maskline.contract.shard import Sample
from maskline.molecules.categories import ClassPolicy, table
from maskline.molecules.entry import domain
from maskline.molecules.layout.structure import Undrawable
from maskline.molecules.renderer import MoleculeRenderer
from maskline.molecules.sources.molecules import Molecule, read_smiles
from maskline.molecules.sources.reading import Entry, entries, read_source
from maskline.molecules.styles.style import sample_style
from truth.checks import faults

SEED = 11
POLICY = ClassPolicy(triple="own", dative="own")
FINER: tuple[dict[str, list[float]], ...] = (
    {},
    {"cap_height": [0.3, 0.3]},
    {"cap_height": [0.2, 0.2], "line_width": [0.03, 0.03], "bond_length_px": [60, 60]},
)
"""Options laid over the style, one after the other, until a molecule is legible."""


def chosen_entries(count: int, *, stereo: bool) -> list[Entry]:
    """Return entries of the default source at random, the same every time; count 0 takes all."""
    found = entries("chemicals", "", read_source("chemicals"))
    order = np.random.default_rng(SEED).permutation(len(found)).tolist()
    chosen = [found[i] for i in order if not stereo or "@" in found[i].smiles]
    return chosen[: count or len(chosen)]


class Drawer:
    """Draws given molecules."""

    def __init__(self) -> None:
        drawing = {"heavy_atoms": [1, 200], "classes": POLICY.model_dump()}
        coarse = {
            "bond_length_px": [36, 36],
            "most_side_px": 4096,
            "least_side_px": 0,
            "most_parts": 200,
            "shortest_bond": 0,
        }
        self._styles = []
        for finer in FINER:
            options = domain.drawing("demo", drawing | {"styles": {"demo": coarse | finer}})
            self._styles.append((options.styles["demo"], domain.open(options)))

    def draw(self, entry: Entry) -> Sample | None:
        """Draw a molecule; returns None if it cannot be read.  Raises Undrawable."""
        structure = read_smiles(entry.smiles)
        if structure is None:
            return None
        fault = Undrawable("")
        molecule = Molecule(entry, entry.smiles, "", structure)
        for number, (options, renderer) in enumerate(self._styles):
            rng = np.random.default_rng([SEED, entry.line, number])
            try:
                assert isinstance(renderer, MoleculeRenderer)
                return renderer.sample(entry.line, molecule, options, sample_style("demo", options, rng), "train", rng)
            except Undrawable as reason:
                fault = reason
        raise fault


def main(count: int) -> int:
    """Draw and check `count` molecules taken at random, or all; returns 1 if anything is wrong."""
    chosen = chosen_entries(count, stereo=False)
    names = {category.id: category.name for category in table(POLICY).categories}
    drawer = Drawer()
    drawn = wrong = instances = 0
    unreadable: list[Entry] = []
    undrawable: list[tuple[str, Entry]] = []
    with Progress() as progress:
        for entry in progress.track(chosen, description="molecules"):
            try:
                sample = drawer.draw(entry)
            except Undrawable as reason:
                undrawable.append((str(reason), entry))
                continue
            if sample is None:
                unreadable.append(entry)
                continue
            drawn += 1
            instances += len(sample.annotations)
            if wrongs := faults(sample, names):
                wrong += 1
                progress.console.print(f"line {entry.line} {entry.smiles}: {'; '.join(wrongs)}", markup=False)
    tell(unreadable, undrawable)
    sys.stdout.write(
        f"{len(chosen):,} molecules: {drawn:,} drawn with {instances:,} instances, {wrong} of them wrong, "
        f"{len(undrawable)} not drawn, {len(unreadable)} not readable\n"
    )
    return int(wrong > 0)


def tell(unreadable: Sequence[Entry], undrawable: Sequence[tuple[str, Entry]]) -> None:
    """List what was not drawn, and why."""
    lines = [f"not readable: line {entry.line} {entry.smiles}" for entry in unreadable]
    lines += [f"not drawn: line {entry.line} {entry.smiles[:150]}: {reason}" for reason, entry in undrawable]
    counts = Counter(reason for reason, _ in undrawable).most_common()
    lines += [f"{number:7,} not drawn: {reason}" for reason, number in counts]
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
