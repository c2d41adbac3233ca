"""Coordinates of atoms from structure files, PDB or PDBx/mmCIF, and the density that they have at a resolution.

https://www.wwpdb.org/documentation/file-format-content/format33/sect9.html
https://mmcif.wwpdb.org/dictionaries/mmcif_pdbx_v50.dic/Categories/atom_site.html
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.tomograms.complexes.density import FINER, MOST_VOXELS, Density
from maskline.tomograms.complexes.sampling import smoothed

ELECTRONS = {"H": 1, "D": 1, "C": 6, "N": 7, "O": 8, "NA": 11, "MG": 12, "P": 15, "S": 16, "K": 19, "CA": 20, "ZN": 30}
OTHER = 26
"""Of an element that is not named: a metal, as iron is."""
WIDTH = 1 / (math.pi * math.sqrt(2))
"""Standard deviation of an atom's Gaussian over the resolution: its transform falls to 1/e at that frequency."""
WORD = re.compile(r"""'(.*?)'(?!\S)|"(.*?)"(?!\S)|(\S+)""")
"""Of a row of a table; a quote within a word, as in O5', is a letter."""


@dataclass(frozen=True, slots=True)
class Atom:
    """Where it is, angstrom, and how many electrons it has."""

    z: float
    y: float
    x: float
    electrons: int


def atoms(text: str, where: str) -> list[Atom]:
    """Return the atoms of the first model in a file; water is left out.  Raises InvalidInput."""
    found = list(_of_cif(text, where) if "_atom_site." in text else _of_pdb(text, where))
    if not found:
        raise InvalidInput(f"{where} holds no atoms: neither ATOM lines as PDB has them, nor _atom_site as mmCIF does")
    return found


def blurred(name: str, found: list[Atom], resolution_a: float, voxel_size_a: float) -> Density:
    """Return the density of atoms, each a Gaussian of as many electrons as it has.  Raises InvalidInput."""
    step, sigma = voxel_size_a / FINER, WIDTH * resolution_a
    places = np.array([(atom.z, atom.y, atom.x) for atom in found])
    margin = math.ceil(4 * sigma / step) + 2
    low = places.min(axis=0) / step - margin
    size = [math.ceil(side) for side in places.max(axis=0) / step + margin - low]
    if max(size) > MOST_VOXELS:
        raise InvalidInput(
            f"{name} is {max(size) * step:.0f} angstrom long; at most {MOST_VOXELS * step:.0f} are drawn"
        )
    at = np.floor(places / step - low).astype(np.int64)
    share = places / step - low - at
    electrons = np.array([atom.electrons for atom in found], np.float64)
    grid = np.zeros(size)
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(np.array(corner) == 1, share, 1 - share).prod(axis=1)
        np.add.at(grid, tuple((at + corner).T), weight * electrons)
    return Density.of(name, smoothed(grid, sigma / step), step)


def _of_pdb(text: str, where: str) -> Iterator[Atom]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("ENDMDL"):
            return
        if line.startswith(("ATOM  ", "HETATM")) and line[17:20].strip() != "HOH":
            element = line[76:78].strip() or line[12:14].strip(" 0123456789")
            yield _atom((line[46:54], line[38:46], line[30:38]), element, f"{where}, line {number}")


def _of_cif(text: str, where: str) -> Iterator[Atom]:
    columns: list[str] = []
    first_model = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("_atom_site."):
            columns.append(line.split()[0].removeprefix("_atom_site."))
        elif columns and line.startswith(("ATOM", "HETATM")):
            row = dict(zip(columns, _words(line), strict=False))
            if missing := [name for name in ("Cartn_x", "Cartn_y", "Cartn_z", "type_symbol") if name not in row]:
                raise InvalidInput(f"{where}, line {number}: an atom has no {', '.join(missing)}")
            first_model = first_model or row.get("pdbx_PDB_model_num", "1")
            if row.get("pdbx_PDB_model_num", "1") == first_model and row.get("label_comp_id") != "HOH":
                texts = row["Cartn_z"], row["Cartn_y"], row["Cartn_x"]
                yield _atom(texts, row["type_symbol"], f"{where}, line {number}")
        elif columns and line.startswith("#"):
            return


def _words(line: str) -> list[str]:
    return [single or double or bare for single, double, bare in WORD.findall(line)]


def _atom(texts: tuple[str, str, str], element: str, where: str) -> Atom:
    try:
        z, y, x = (float(text) for text in texts)
    except ValueError:
        raise InvalidInput(f"{where}: {', '.join(text.strip() for text in texts)} are no coordinates") from None
    if not all(math.isfinite(place) for place in (z, y, x)):
        raise InvalidInput(f"{where}: an atom lies nowhere ({x}, {y}, {z})")
    return Atom(z, y, x, ELECTRONS.get(element.upper(), OTHER))
