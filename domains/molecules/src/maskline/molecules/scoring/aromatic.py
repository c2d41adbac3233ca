"""Aromatic bonds read as they are drawn.

Real prints draw aromatic rings in Kekulé form, and labels that follow the print call their bonds SINGLE-NONE and
DOUBLE-NONE. A model under the policy `six` has learned to call them AROMATIC-NONE. Both are right.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask

from maskline.molecules.categories import AROMATIC, ATOM

FIELDS = ("aromatic", "rdkit_aromatic")
"""Where an annotation says that its bond is aromatic: drawn by this domain, or imported with RDKit's opinion."""


def aromatic_as_drawn(truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the results, each AROMATIC-NONE with the class of the bond it lies on if that bond is aromatic.

    It lies on the bond with the highest mask IoU, however low. On none, or on one that is not aromatic, it stays
    AROMATIC-NONE, and wrong.
    """
    names = {category["id"]: category["name"] for category in truth["categories"]}
    bonds = defaultdict(list)
    for annotation in truth["annotations"]:
        if names[annotation["category_id"]] != ATOM:
            bonds[annotation["image_id"]].append(annotation)
    read = [dict(result) for result in results]
    of_image = defaultdict(list)
    for result in read:
        if names[result["category_id"]] == AROMATIC:
            of_image[result["image_id"]].append(result)
    for image, aromatic in of_image.items():
        if bonds[image]:
            _name_as_drawn(aromatic, bonds[image])
    return read


def _name_as_drawn(results: Sequence[dict[str, Any]], bonds: Sequence[Mapping[str, Any]]) -> None:
    """Rename the AROMATIC-NONE results of one picture in place."""
    masks = [[dict(entry["segmentation"]) for entry in side] for side in (results, bonds)]
    overlap = np.asarray(coco_mask.iou(masks[0], masks[1], [0] * len(bonds)))  # (results, bonds)
    for result, place, best in zip(results, overlap.argmax(axis=1), overlap.max(axis=1), strict=True):
        if best > 0 and any(bonds[place].get(field) for field in FIELDS):
            result["category_id"] = bonds[place]["category_id"]
