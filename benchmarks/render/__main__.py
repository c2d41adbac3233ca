"""Draw the same molecules the straightforward way and Maskline's way: `python benchmarks/render [molecules]`.

Both draw in the reference implementation's ranges at about one megapixel, and leave the same kinds of output: a PNG
and COCO annotations with run-length encoded masks.  Maskline's also choose the molecule, name it and record its atoms,
inside the time measured.  The two take turns, 25 molecules each, so that a busy machine slows both; every turn is taken
three times, and of each side the fastest counts.  The CPU time of one thread is measured.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import straightforward
from clock import Clock
from rdkit import Chem, rdBase

from maskline.contract.artifact import write_file
from maskline.contract.shard import Sample, pack
from maskline.contract.store.directory import DirectoryStore
from maskline.molecules.categories import TABLE
from maskline.molecules.drawing.drawing import draw_sheet, molecule_scene
from maskline.molecules.drawing.finishing import plain
from maskline.molecules.drawing.records import annotation_records, image_record
from maskline.molecules.entry import domain
from maskline.molecules.ink.canvas import Canvas
from maskline.molecules.labels.fonts import Outlines
from maskline.molecules.layout.layout import lay_out
from maskline.molecules.layout.preparing import prepare
from maskline.molecules.sources.molecules import Molecule
from maskline.molecules.sources.reading import Entry
from maskline.molecules.styles.options import DrawingOptions
from maskline.molecules.styles.style import Style

MOLECULES = 100
TURN = 25
REPEATS = 3
LONG_SIDE_PX = 1140  # a cropped picture then has about a megapixel
SEED = 5


def main(count: int) -> None:
    """Print CPU milliseconds of both ways and of their steps, and the ratio of the two."""
    options = domain.drawing("seed", {"styles": {"seed": {"long_side_px": [LONG_SIDE_PX, LONG_SIDE_PX]}}})
    renderer = domain.open(options)
    bench = Bench(options)
    totals = Clock(), Clock(), Clock()
    drawn: list[Sample] = []
    with tempfile.TemporaryDirectory() as name, rdBase.BlockLogs():
        folder = Path(name)
        store = DirectoryStore(folder / "store")
        for start in range(0, count, TURN):
            turn = range(start, min(start + TURN, count))
            times: tuple[list[Clock], ...] = ([], [], [])
            for repeat in range(REPEATS):
                theirs, ours, steps = (Clock() for _ in totals)
                with ours.step("samples"):
                    samples = [renderer.draw(i, "train", np.random.default_rng([SEED, i])) for i in turn]
                with ours.step("shard"):
                    for extension, data in zip(("json", "tar"), pack(samples, TABLE), strict=True):
                        write_file(store, f"benchmark-{repeat}", f"shard-{start:05d}.{extension}", data)
                for i, sample in zip(turn, samples, strict=True):
                    bench.step_by_step(i, sample, steps)
                for i, sample in zip(turn, samples, strict=True):
                    style = straightforward.sample(np.random.default_rng([SEED, i]))
                    straightforward.render(i, sample.image["smiles"], style, LONG_SIDE_PX, folder, theirs)
                for kept, clock in zip(times, (theirs, ours, steps), strict=True):
                    kept.append(clock)
            for total, kept in zip(totals, times, strict=True):
                total.add(min(kept, key=Clock.total))
            drawn += samples
    report(drawn, *totals)


def report(drawn: Sequence[Sample], theirs: Clock, ours: Clock, steps: Clock) -> None:
    """Print what was drawn and what it took."""
    count = len(drawn)
    pixels = np.mean([sample.image["width"] * sample.image["height"] for sample in drawn]) / 1e6
    instances = np.mean([len(sample.annotations) for sample in drawn])
    size = np.mean([len(sample.members["png"]) for sample in drawn]) / 1000
    print(f"{count} molecules: {pixels:.2f} megapixels, {instances:.1f} instances, PNG of {size:.1f} kB on average\n")
    print(theirs.table("The straightforward way", count) + "\n")
    title = "Maskline: the stage's own calls, molecules that had to be passed over or drawn again included"
    print(ours.table(title, count) + "\n")
    print(steps.table("Maskline, step by step: the samples alone, each drawn once", count) + "\n")
    print(f"ratio {theirs.total() / ours.total():.1f}")


class Bench:
    """Does what the renderer does for one legible drawing, a step at a time."""

    def __init__(self, options: DrawingOptions) -> None:
        self._options = options
        self._canvas = Canvas()
        self._outlines = Outlines(options.styles["seed"].fonts)

    def step_by_step(self, index: int, drawn: Sample, clock: Clock) -> None:
        """Draw again what was drawn."""
        smiles, style = drawn.image["smiles"], Style(**drawn.image["style"])
        options = self._options.styles["seed"]
        with clock.step("molecule, canonical SMILES, InChIKey"):
            structure = Chem.MolFromSmiles(smiles)
            molecule = Molecule(Entry(1, smiles), Chem.MolToSmiles(structure), Chem.MolToInchiKey(structure), structure)
        with clock.step("coordinates, wedges, classes"):
            prepared = prepare(structure, self._options.classes, style.layout)
        with clock.step("layout, labels"):
            layout = lay_out(prepared, options, style, self._outlines)
            scene = molecule_scene(layout, self._outlines)
            self._canvas.lay_out(scene)
            drawing = draw_sheet(layout, None, options, style, self._outlines, np.random.default_rng(index))
        with clock.step("contours, coverage, run lengths, PNG"):
            picture = plain(self._canvas, scene, drawing, style)
        with clock.step("records"):
            image_record(index, "", molecule, style, layout, picture)
            annotation_records(index, layout, picture, TABLE)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MOLECULES)
