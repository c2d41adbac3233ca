"""COCO records of one picture: what the drawing knows, in picture pixels."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from maskline.contract.shard import annotation_id, image_id
from maskline.molecules import categories
from maskline.molecules.depiction import Bond, Depiction
from maskline.molecules.ink.canvas import Mask
from maskline.molecules.molecule import Molecule
from maskline.molecules.placement import Placement
from maskline.molecules.style import Style

Floats = npt.NDArray[np.float64]

CATEGORY_IDS = {category.name: category.id for category in categories.TABLE.categories}
STYLE_FIELDS = tuple(field.name for field in fields(Style))
DECIMALS = 2


def image_record(
    index: int, file_name: str, molecule: Molecule, style: Style, drawing: Depiction, placement: Placement
) -> dict[str, Any]:
    """Describe the picture: its molecule, the style it was drawn in, and where every atom is, labelled or not."""
    atoms = _rounded(drawing.atoms * placement.scale + placement.shift)
    return {
        "id": image_id(index),
        "file_name": file_name,
        "width": placement.width,
        "height": placement.height,
        "group": molecule.canonical,
        "smiles": molecule.entry.smiles,
        "inchikey": molecule.inchikey,
        "style": {name: getattr(style, name) for name in STYLE_FIELDS},
        "atoms": [
            {"element": element, "x": x, "y": y}
            for element, (x, y) in zip(drawing.molecule.elements, atoms, strict=True)
        ],
    }


def annotation_records(
    index: int, drawing: Depiction, placement: Placement, masks: Sequence[Mask]
) -> list[dict[str, Any]]:
    """Describe every instance, in the order of `masks`: bonds, then labels."""
    ends = _end_points(drawing, placement, masks)
    bonds = len(drawing.bonds)
    image = image_id(index)
    return [
        {
            "id": annotation_id(index, number),
            "image_id": image,
            "iscrowd": 0,
            "bbox": mask.bbox,
            "area": mask.area,
            "segmentation": mask.segmentation,
        }
        | (
            _bond(drawing.bonds[mask.owner], ends[number])
            if mask.owner < bonds
            else _label(drawing, mask.owner - bonds)
        )
        for number, mask in enumerate(masks)
    ]


def _bond(bond: Bond, ends: list[list[float]]) -> dict[str, Any]:
    return {
        "category_id": CATEGORY_IDS[bond.category],
        "atoms": list(bond.atoms),
        "end_points": ends,
        "order": bond.order,
        "stereo": bond.stereo,
        "aromatic": bond.aromatic,
    }


def _label(drawing: Depiction, atom: int) -> dict[str, Any]:
    label = drawing.molecule.label(atom)
    return {
        "category_id": CATEGORY_IDS[categories.ATOM],
        "atoms": [atom],
        "element": label.element,
        "charge": label.charge,
        "text": label.text,
    }


def _end_points(drawing: Depiction, placement: Placement, masks: Sequence[Mask]) -> list[list[list[float]]]:
    """Return [[x, y], [x, y]] of every bond in `masks`, which come first: where the drawn bond begins and ends.

    A bond that meets a label ends before the atom's own position, on the line between its two atoms.
    """
    bonds = [mask.owner for mask in masks if mask.owner < len(drawing.bonds)]
    shares = np.array([(mask.begin, mask.end) for mask in masks[: len(bonds)]]).reshape(-1, 2, 1)
    atoms = (drawing.atoms * placement.scale + placement.shift)[drawing.molecule.bond_atoms[bonds]]
    points: list[list[list[float]]] = _rounded(atoms[:, :1] + shares * (atoms[:, 1:] - atoms[:, :1]))
    return points


def _rounded(values: Floats) -> Any:
    return np.round(values, DECIMALS).tolist()
