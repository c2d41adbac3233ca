"""COCO records of one picture: what the drawing knows, in picture pixels.

A: atoms   B: bonds   P: contour points
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from maskline.contract.shard import annotation_id, image_id
from maskline.molecules import categories
from maskline.molecules.depiction import Depiction
from maskline.molecules.masks import Mask
from maskline.molecules.molecule import Molecule
from maskline.molecules.outline import Contours
from maskline.molecules.paths import along_bonds
from maskline.molecules.placement import Placement
from maskline.molecules.style import Style

Floats = npt.NDArray[np.float64]

CATEGORY_IDS = {category.name: category.id for category in categories.TABLE.categories}
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
        "style": asdict(style),
        "atoms": [
            {"element": label.element, "x": x, "y": y} for label, (x, y) in zip(drawing.labels, atoms, strict=True)
        ],
    }


def annotation_records(
    index: int, drawing: Depiction, placement: Placement, shapes: Contours, owned: Mapping[int, Mask]
) -> list[dict[str, Any]]:
    """Describe every instance, in the order of `owned`, owner -> mask."""
    ends = _end_points(drawing, placement, shapes)
    bonds = len(drawing.bonds)
    return [
        {
            "id": annotation_id(index, number),
            "image_id": image_id(index),
            "iscrowd": 0,
            "bbox": mask.bbox,
            "area": mask.area,
            "segmentation": mask.segmentation,
        }
        | (_bond(drawing, owner, ends) if owner < bonds else _label(drawing, owner - bonds))
        for number, (owner, mask) in enumerate(owned.items())
    ]


def _bond(drawing: Depiction, number: int, ends: Mapping[int, list[list[float]]]) -> dict[str, Any]:
    bond = drawing.bonds[number]
    return {
        "category_id": CATEGORY_IDS[bond.category],
        "atoms": list(bond.atoms),
        "end_points": ends[number],
        "order": bond.order,
        "stereo": bond.stereo,
        "aromatic": bond.aromatic,
    }


def _label(drawing: Depiction, atom: int) -> dict[str, Any]:
    label = drawing.labels[atom]
    return {
        "category_id": CATEGORY_IDS[categories.ATOM],
        "atoms": [atom],
        "element": label.element,
        "charge": label.charge,
        "text": label.text,
    }


def _end_points(drawing: Depiction, placement: Placement, shapes: Contours) -> dict[int, list[list[float]]]:
    """Return bond -> [[x, y], [x, y]]: where the drawn bond begins and ends on the line between its two atoms.

    A bond that meets a label ends before the atom's own position.
    """
    owners = np.repeat(shapes.owners, shapes.lengths)
    owners = owners[owners < len(drawing.bonds)]
    if not len(owners):
        return {}
    atoms = drawing.atoms * placement.scale + placement.shift
    share = np.clip(along_bonds(drawing, shapes.points[: len(owners)], owners, atoms), 0, 1)
    firsts = np.flatnonzero(np.diff(owners, prepend=-1))
    bonds = owners[firsts].tolist()
    shares = np.stack([np.minimum.reduceat(share, firsts), np.maximum.reduceat(share, firsts)], axis=1)
    begin, end = (atoms[[drawing.bonds[bond].atoms[side] for bond in bonds]][:, None] for side in (0, 1))
    points = _rounded(begin + shares[:, :, None] * (end - begin))
    return dict(zip(bonds, points, strict=True))


def _rounded(values: Floats) -> Any:
    return np.round(values, DECIMALS).tolist()
