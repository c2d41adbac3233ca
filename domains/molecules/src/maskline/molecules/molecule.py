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
from maskline.molecules.options import DrawingOptions
from maskline.molecules.sources import Entry

STEREO_MARK = "@"
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


@dataclass(frozen=True, slots=True)
class Molecule:
    """A molecule that may be drawn."""

    entry: Entry
    canonical: str
    """RDKit's canonical SMILES: what must not cross splits."""
    inchikey: str
    """Empty where InChI has no name for it."""
    structure: Chem.Mol


def split_of(canonical: str, held_out_share: float) -> str:
    """Return the split whose samples may show the molecule, from its canonical SMILES alone."""
    position = int.from_bytes(sha256(canonical.encode()).digest()[:8]) / 2**64
    return "val" if position < held_out_share else "train"


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

    def draw(self, split: str, rng: np.random.Generator) -> Molecule:
        """Draw one molecule of `split`; a source without fitting stereo (or plain) molecules gives what it has.

        Raises EmptySplit if many draws meet none, InvalidInput if they meet nothing that is SMILES at all.
        """
        wants_stereo = bool(rng.random() < self._options.stereo_share)
        low, high = self._options.heavy_atoms
        draws = read = 0
        for pool in (self._pools[wants_stereo], self._pools[not wants_stereo]):
            for entry in _drawn_from(pool, rng):
                draws += 1
                if not low <= heavy_atoms(entry.smiles, low) <= high:
                    read += 1
                    continue
                structure = self._read(entry)
                if structure is None:
                    continue
                read += 1
                molecule = self._accept(entry, structure, split)
                if molecule is not None:
                    return molecule
        source = self._options.source
        if not read:
            raise InvalidInput(f"source '{source}': of {draws:,} draws from its {self._count:,} lines none is SMILES")
        raise EmptySplit(
            f"source '{source}' gives nothing for split '{split}': of {draws:,} draws from its {self._count:,} lines "
            f"{read:,} were SMILES, none a molecule of that split with {low} to {high} heavy atoms that may be drawn"
        )

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

    def _read(self, entry: Entry) -> Chem.Mol | None:
        structure = read_smiles(entry.smiles)
        if structure is None:
            self._remember(entry, "not SMILES that RDKit can read", usable=False)
        return structure

    def _has_classes(self, entry: Entry, structure: Chem.Mol) -> bool:
        """Say whether the molecule has the preset's size and every bond has a class; the latter's lack is a fault."""
        low, high = self._options.heavy_atoms
        if not low <= structure.GetNumHeavyAtoms() <= high:
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

    def _accept(self, entry: Entry, structure: Chem.Mol, split: str) -> Molecule | None:
        if not self._has_classes(entry, structure):
            return None
        canonical = Chem.MolToSmiles(structure)
        if split_of(canonical, self._options.held_out_share) != split:
            return None
        with rdBase.BlockLogs():  # InChI remarks on charges it moves
            inchikey = Chem.MolToInchiKey(structure)
        if inchikey.split("-")[0] in self._excluded:
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
