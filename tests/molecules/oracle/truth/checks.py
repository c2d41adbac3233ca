"""The faults of one labelled picture, each as a line of text."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask
from rdkit import Chem, rdBase

from maskline.contract.picture import decode
from maskline.contract.shard import Sample
from truth.marks import shown_mark

Annotation = dict[str, Any]
CLEAN = 255
INK = 128
FEWEST_PIXELS = 14
"""A bond shorter than this shows too little for its mark to be read."""


def faults(sample: Sample, names: dict[int, str]) -> list[str]:
    """Return what is wrong with a sample drawn in a style of its lines alone, with nothing around the molecule.

    names: of the categories, by id, of a policy under which a bond of an aromatic ring is AROMATIC-NONE.
    """
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(sample.image["smiles"])
    return [
        *_masks(sample),
        *_picture(sample),
        *_instances(sample, molecule, names),
        *_classes(sample, molecule, names),
    ]


def _masks(sample: Sample) -> Iterator[str]:
    height, width = sample.image["height"], sample.image["width"]
    masks = [a["segmentation"] for a in sample.annotations]
    boxes, areas = coco_mask.toBbox(masks).tolist(), [int(coco_mask.decode(mask).view(bool).sum()) for mask in masks]
    for annotation, box, area in zip(sample.annotations, boxes, areas, strict=True):
        x, y, w, h = annotation["bbox"]
        if not area or annotation["area"] != area or annotation["bbox"] != box:
            yield f"area {annotation['area']} and box {annotation['bbox']} are not the mask's, {area} and {box}"
        if x < 0 or y < 0 or x + w > width or y + h > height or annotation["segmentation"]["size"] != [height, width]:
            yield f"box {annotation['bbox']} lies outside of {width} x {height}"


def _picture(sample: Sample) -> Iterator[str]:
    picture = decode(sample.members["png"], 10**8)
    if picture.shape != (sample.image["height"], sample.image["width"]):
        yield f"the picture is {picture.shape}, its record says otherwise"
        return
    union = coco_mask.decode(coco_mask.merge([a["segmentation"] for a in sample.annotations])).astype(bool)
    different = int(np.count_nonzero(union != (picture < INK)))
    if different:
        yield f"{different} pixels are either ink or of a mask, but not both"
    if min(picture[0].min(), picture[-1].min(), picture[:, 0].min(), picture[:, -1].min()) < CLEAN:
        yield "ink is cut off at the border"


def _instances(sample: Sample, molecule: Chem.Mol, names: dict[int, str]) -> Iterator[str]:
    """Every bond has one instance, every atom that needs a label one, and hydrogens that were added one of each."""
    found = Counter(tuple(sorted(a["atoms"])) for a in sample.annotations)
    bonds = {tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))) for b in molecule.GetBonds()}
    labels = {(a.GetIdx(),) for a in molecule.GetAtoms() if _needs_label(a)}
    added = range(molecule.GetNumAtoms(), len(sample.image["atoms"]))
    expected = Counter({*bonds, *labels, *((atom,) for atom in added)})
    hydrogens = {atoms for atoms in found if len(atoms) == 2 and atoms[1] in added}
    expected.update(hydrogens)
    if len(hydrogens) != len(added):
        yield f"{len(added)} hydrogens were added with {len(hydrogens)} bonds"
    if found != expected:
        yield f"instances of atoms {dict(found - expected)} too many, {dict(expected - found)} too few"
    for annotation in sample.annotations:
        if (names[annotation["category_id"]] == "ATOM") != (len(annotation["atoms"]) == 1):
            yield f"atoms {annotation['atoms']} are {names[annotation['category_id']]}"


def _needs_label(atom: Chem.Atom) -> bool:
    plain = not (atom.GetFormalCharge() or atom.GetIsotope() or atom.GetAtomMapNum())
    return not (atom.GetAtomicNum() == 6 and atom.GetDegree() and plain)


def _classes(sample: Sample, molecule: Chem.Mol, names: dict[int, str]) -> Iterator[str]:
    bonds = [a for a in sample.annotations if "end_points" in a]
    places = np.array([(atom["x"], atom["y"]) for atom in sample.image["atoms"]])
    lengths = [float(np.hypot(*(places[a["atoms"][0]] - places[a["atoms"][1]]))) for a in bonds]
    usual = float(np.median(lengths)) if lengths else 0.0
    for annotation in bonds:
        name, atoms = names[annotation["category_id"]], annotation["atoms"]
        bond = molecule.GetBondBetweenAtoms(*atoms) if max(atoms) < molecule.GetNumAtoms() else None
        expected = _expected(bond, annotation["stereo"])
        if name not in expected:
            yield f"bond {atoms} is {name}, its SMILES says {' or '.join(expected)}"
        drawn = float(np.hypot(*np.subtract(*annotation["end_points"])))
        if drawn < FEWEST_PIXELS:
            continue
        mark = shown_mark(annotation, 0.4 * usual)
        if mark not in SHOWN.get(name, ()):
            yield f"bond {atoms} is {name}, and {mark} are shown"


SHOWN = {
    "SINGLE-NONE": {"one line"},
    "DOUBLE-NONE": {"two lines"},
    "TRIPLE-NONE": {"three lines"},
    "AROMATIC-NONE": {"one line", "two lines"},
    "SINGLE-BEGINDASH": {"strokes"},
    "SINGLE-BEGINWEDGE": {"wedge"},
    "DATIVE-NONE": {"one line", "wedge"},
}
ORDERS = {
    Chem.BondType.SINGLE: "SINGLE-NONE",
    Chem.BondType.DOUBLE: "DOUBLE-NONE",
    Chem.BondType.TRIPLE: "TRIPLE-NONE",
    Chem.BondType.DATIVE: "DATIVE-NONE",
}


def _expected(bond: Chem.Bond | None, stereo: str) -> tuple[str, ...]:
    """Return the classes a bond may have; where a stereo centre's marks stand is the drawing's choice."""
    marks = {"wedge": ("SINGLE-BEGINWEDGE",), "dash": ("SINGLE-BEGINDASH",)}
    if stereo in marks and (bond is None or bond.GetBondType() == Chem.BondType.SINGLE):
        return marks[stereo]
    if bond is None:
        return ("SINGLE-NONE",)
    if bond.GetIsAromatic():  # but a triple bond in an aryne's ring
        kekule = Chem.Mol(bond.GetOwningMol())
        Chem.Kekulize(kekule)
        triple = kekule.GetBondWithIdx(bond.GetIdx()).GetBondType() == Chem.BondType.TRIPLE
        return ("TRIPLE-NONE",) if triple else ("AROMATIC-NONE",)
    return (ORDERS[bond.GetBondType()],)
