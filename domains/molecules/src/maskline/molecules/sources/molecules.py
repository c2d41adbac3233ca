"""Molecules for a split, drawn from a source.  Which molecule sample i shows depends on its generator alone."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from rdkit import Chem, rdBase

from maskline.contract.errors import EmptySplit, InvalidInput
from maskline.molecules.sources.reading import Entry
from maskline.molecules.styles.options import DrawingOptions

STEREO_MARK = "@"
MAP = ":"
"""Of what RDKit writes, atom maps alone have it."""
DRAWS_PER_ENTRY = 20
FEWEST_DRAWS = 2_000
MOST_DRAWS = 50_000
MOST_SURVEYED = 20_000
"""Sources of up to so many entries are read whole to find what cannot be used: about two seconds."""
CLASSLESS = {"own": Chem.MolFromSmarts("*!-!=!:!#*"), "excluded": Chem.MolFromSmarts("*!-!=!:*")}
"""By the policy for triple bonds: any bond but single, double, aromatic and perhaps triple ones."""
CROSSED = Chem.BondStereo.STEREOANY
ATOMS = re.compile(r"\[[^\]]*\]|Br|Cl|[BCNOPSFIbcnops]")
LIGHT = re.compile(r"\[\d*[H*](?:[+-]\d*)?(?::\d+)?\]")
"""What RDKit counts as no heavy atom either: [H], [2H], [H+], and placeholders, [*], [*:1]."""
SMILES = re.compile(rf"(?:{ATOMS.pattern}|[-=#$:~.()/\\%0-9>@+*])+")
EXTENSION = "|"
"""Begins what only CXSMILES can say, crossed and wavy bonds among it."""
SIZE, EXCLUSION = "heavy_atoms", "exclude"
"""The options that leave entries out."""


@dataclass(frozen=True, slots=True)
class Molecule:
    """A molecule that may be drawn."""

    entry: Entry
    canonical: str
    """RDKit's canonical SMILES without atom maps: what must not cross splits."""
    inchikey: str
    """Empty where InChI has no name for it."""
    structure: Chem.Mol


def canonical_of(structure: Chem.Mol) -> str:
    """Return what two writings of one molecule share: its canonical SMILES, isotopes kept, atom maps left out.

    Atoms that differ by their maps alone make no stereo; of a racemate (CXSMILES) either hand may be written.
    """
    canonical: str = Chem.MolToSmiles(structure)
    if MAP in canonical or structure.GetStereoGroups():
        bare = Chem.Mol(structure)
        for atom in bare.GetAtoms():
            atom.SetAtomMapNum(0)
        Chem.AssignStereochemistry(bare, cleanIt=True, force=True)
        Chem.CanonicalizeEnhancedStereo(bare)
        canonical = Chem.MolToSmiles(bare)
    return canonical


def split_of(canonical: str, held_out_share: float) -> str:
    """Return the split whose samples may show the molecule, from its canonical SMILES alone."""
    return "val" if place_of(canonical) < held_out_share else "train"


def place_of(canonical: str) -> float:
    """Return where a molecule stands between 0 and 1; those below held_out_share are held out."""
    return int.from_bytes(sha256(canonical.encode()).digest()[:8]) / 2**64


def read_smiles(smiles: str) -> Chem.Mol | None:
    """Return the molecule, without coordinates, or None if RDKit cannot read it or it has no atoms."""
    with rdBase.BlockLogs():  # RDKit prints what it cannot read; here that is reported as a fault
        structure: Chem.Mol | None = Chem.MolFromSmiles(smiles)
    if structure is None or not structure.GetNumAtoms():
        return None
    structure.RemoveAllConformers()  # CXSMILES may bring one, and layouts would be drawn from it
    return structure


def heavy_atoms(smiles: str, otherwise: int) -> int:
    """Count the atoms of a SMILES but hydrogens and placeholders, a hundred times as fast as reading it.

    Returns `otherwise` where the text holds what SMILES does not: to read it will tell.
    """
    if not SMILES.fullmatch(smiles):
        return otherwise
    return len(ATOMS.findall(smiles)) - len(LIGHT.findall(smiles))


class MoleculeSource:
    """The entries of one source, drawn from at random."""

    def __init__(self, options: DrawingOptions, entries: Sequence[Entry], excluded: frozenset[str]) -> None:
        self._options = options
        self._excluded = excluded
        self._count = len(entries)
        # With and without stereo centres.  Plain pairs, which Python's garbage collector need not look through.
        self._pools: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
        for entry in entries:
            self._pools[STEREO_MARK in entry.smiles].append((entry.line, entry.smiles))
        self._faults: dict[int, dict[str, Any]] = {}
        self._left_out: dict[str, set[int]] = {SIZE: set(), EXCLUSION: set()}

    def draw(self, split: str, rng: np.random.Generator) -> Molecule:
        """Draw one molecule of `split`; a source without fitting stereo (or plain) molecules gives what it has.

        Raises EmptySplit if many draws meet none, InvalidInput if they meet nothing that is SMILES at all.
        """
        wants_stereo = bool(rng.random() < self._options.stereo_share)
        low, high = self._options.heavy_atoms
        draws = read = 0
        others: set[float] = set()
        for pool in (self._pools[wants_stereo], self._pools[not wants_stereo]):
            for entry in _drawn_from(pool, rng):
                draws += 1
                if not low <= heavy_atoms(entry.smiles, low) <= high:
                    read += 1
                    self._left_out[SIZE].add(entry.line)
                    continue
                structure = self._read(entry)
                if structure is None:
                    continue
                read += 1
                if not self._has_classes(entry, structure):
                    continue
                canonical = canonical_of(structure)
                if split_of(canonical, self._options.held_out_share) != split:
                    others.add(place_of(canonical))
                    continue
                molecule = self._named(entry, canonical, structure)
                if molecule is not None:
                    return molecule
        source = self._options.source
        if not read:
            raise InvalidInput(f"source '{source}': of {draws:,} draws from its {self._count:,} lines none is SMILES")
        raise EmptySplit(
            f"source '{source}' gives nothing for split '{split}': of {draws:,} draws from its {self._count:,} lines "
            f"{read:,} were SMILES, none a molecule of that split with {low} to {high} heavy atoms that may be drawn"
            f"{self._remedy(split, others)}"
        )

    def _remedy(self, split: str, others: set[float]) -> str:
        """Return what would help.  others: where the molecules stand that were met, but are of the other split."""
        if not others:
            left_out = [f"{option} leaves out {len(lines):,}" for option, lines in self._left_out.items() if lines]
            return f" ({', '.join(left_out)})" if left_out else ""
        share, moves = self._options.held_out_share, "give more of them"
        if split == "train":
            moves = f"lower it to {0.99 * max(others):.3g}, or {moves}"
        elif len(others) > 1:  # a single one would leave split 'train' without any
            moves = f"raise it to {1.01 * min(others):.3g}, or {moves}"
        none_needed = ", or draw none for validation (validation_share 0)" if split == "val" else ""
        return f"; held_out_share, {share:g}, puts all {len(others):,} of them into the other one: {moves}{none_needed}"

    def survey(self) -> None:
        """Meet every entry once, unless there are very many, so that `faults` names all that can never be drawn."""
        if self._count > MOST_SURVEYED:
            return
        for pool in self._pools.values():
            for entry in itertools.starmap(Entry, pool):
                structure = self._read(entry)
                if structure is not None:
                    self._has_classes(entry, structure)

    def faults(self) -> list[dict[str, Any]]:
        """Return the entries met since the last call that were not drawn: line, text, reason, usable; by line.

        usable: whether other samples may show the entry; if not, it can never be drawn.
        """
        met = [self._faults[line] for line in sorted(self._faults)]
        self._faults.clear()
        return met

    def left_out(self) -> dict[str, list[int]]:
        """Return the lines met since the last call that options leave out, by option."""
        met = {option: sorted(lines) for option, lines in self._left_out.items() if lines}
        for lines in self._left_out.values():
            lines.clear()
        return met

    def _read(self, entry: Entry) -> Chem.Mol | None:
        structure = read_smiles(entry.smiles)
        if structure is None:
            self._remember(entry, "not SMILES that RDKit can read", usable=False)
        return structure

    def _has_classes(self, entry: Entry, structure: Chem.Mol) -> bool:
        """Say whether the molecule has the preset's size and every bond has a class; the latter's lack is a fault."""
        low, high = self._options.heavy_atoms
        if not low <= structure.GetNumHeavyAtoms() <= high:
            self._left_out[SIZE].add(entry.line)
            return False
        policy = self._options.classes
        for begin, end in structure.GetSubstructMatches(CLASSLESS[policy.triple]):
            order = structure.GetBondBetweenAtoms(begin, end).GetBondType()
            if not (order == Chem.BondType.DATIVE and policy.dative == "own"):
                self._remember(entry, f"a {order} bond has no class", usable=False)
                return False
        if EXTENSION in entry.smiles and any(bond.GetStereo() == CROSSED for bond in structure.GetBonds()):
            self._remember(entry, "a crossed bond has no class", usable=False)
            return False
        return True

    def _named(self, entry: Entry, canonical: str, structure: Chem.Mol) -> Molecule | None:
        """Return the molecule with its InChIKey, or None if that is never to be drawn."""
        with rdBase.BlockLogs():  # InChI remarks on charges it moves
            inchikey = Chem.MolToInchiKey(structure)
        if inchikey.split("-")[0] in self._excluded:
            self._left_out[EXCLUSION].add(entry.line)
            return None
        return Molecule(entry, canonical, inchikey, structure)

    def pass_over(self, entry: Entry, reason: str) -> None:
        """Remember that one sample does not show an entry that others may show, and why."""
        self._remember(entry, reason, usable=True)

    def _remember(self, entry: Entry, reason: str, *, usable: bool) -> None:
        text = entry.smiles[:200]
        self._faults[entry.line] = {"line": entry.line, "text": text, "reason": reason, "usable": usable}


def _drawn_from(pool: Sequence[tuple[int, str]], rng: np.random.Generator) -> Iterator[Entry]:
    """Yield entries of a pool at random, many times as many as it has; none of an empty one."""
    if not pool:
        return
    for _ in range(min(MOST_DRAWS, max(FEWEST_DRAWS, DRAWS_PER_ENTRY * len(pool)))):
        yield Entry(*pool[int(rng.integers(len(pool)))])
