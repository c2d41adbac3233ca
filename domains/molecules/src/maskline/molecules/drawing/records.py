"""COCO records of one picture: what the drawing knows, in picture pixels."""

from dataclasses import asdict, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from maskline.contract.categories import CategoryTable
from maskline.contract.shard import annotation_id, image_id
from maskline.molecules import categories
from maskline.molecules.drawing.finishing import Picture
from maskline.molecules.layout.layout import Layout
from maskline.molecules.layout.structure import Bond
from maskline.molecules.sources.molecules import Molecule
from maskline.molecules.styles.style import Style

Floats = npt.NDArray[np.float64]

STYLE_FIELDS = tuple(field.name for field in fields(Style))
DECIMALS = 2


def image_record(
    index: int, file_name: str, molecule: Molecule, style: Style, layout: Layout, picture: Picture
) -> dict[str, Any]:
    """Describe the picture: its molecule, the style it was drawn in, and where every atom is, labelled or not."""
    return {
        "id": image_id(index),
        "file_name": file_name,
        "width": picture.width,
        "height": picture.height,
        "group": molecule.canonical,
        "smiles": molecule.entry.smiles,
        "inchikey": molecule.inchikey,
        "style": {name: getattr(style, name) for name in STYLE_FIELDS},
        "scan": asdict(picture.scan) if picture.scan else None,
        "atoms": [
            {"element": atom.element, "x": x, "y": y}
            for atom, (x, y) in zip(layout.molecule.atoms, _rounded(picture.atoms(layout)), strict=True)
        ],
    }


def annotation_records(index: int, layout: Layout, picture: Picture, table: CategoryTable) -> list[dict[str, Any]]:
    """Describe every instance, in the order of the masks: bonds, then labels."""
    ids = {category.name: category.id for category in table.categories}
    ends = _end_points(layout, picture)
    bonds, labelled = layout.molecule.bonds, list(layout.labels)
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
            _bond(bonds[mask.owner], ids, ends[number])
            if mask.owner < len(bonds)
            else _label(layout, labelled[mask.owner - len(bonds)], ids)
        )
        for number, mask in enumerate(picture.masks)
    ]


def _bond(bond: Bond, ids: dict[str, int], ends: list[list[float]]) -> dict[str, Any]:
    return {
        "category_id": ids[bond.category],
        "atoms": list(bond.atoms),
        "end_points": ends,
        "order": bond.order,
        "stereo": bond.stereo,
        "aromatic": bond.aromatic,
    }


def _label(layout: Layout, number: int, ids: dict[str, int]) -> dict[str, Any]:
    atom = layout.molecule.atoms[number]
    return {
        "category_id": ids[categories.ATOM],
        "atoms": [number],
        "element": atom.element,
        "charge": atom.charge,
        "text": layout.labels[number].text,
    }


def _end_points(layout: Layout, picture: Picture) -> list[list[list[float]]]:
    """Return [[x, y], [x, y]] of every bond that has a mask: where the drawn bond begins and ends.

    A bond that meets a label ends before the atom's own position, on the line between its two atoms.
    """
    bonds = [mask for mask in picture.masks if mask.owner < len(layout.molecule.bonds)]
    shares = np.array([(mask.begin, mask.end) for mask in bonds]).reshape(-1, 2, 1)
    atoms = picture.atoms(layout)[layout.molecule.bond_atoms[[mask.owner for mask in bonds]]]
    points: list[list[list[float]]] = _rounded(atoms[:, :1] + shares * (atoms[:, 1:] - atoms[:, :1]))
    return points


def _rounded(values: Floats) -> Any:
    return np.round(values, DECIMALS).tolist()
