"""The instances of one picture put right: labels and results alike, as long as they carry an RLE."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask

from maskline.contract.coco import rle
from maskline.pictures.correction.config import MaskRules
from maskline.pictures.correction.faults import Faults
from maskline.pictures.correction.mending import holds_square, without_fragments, without_holes

Instance = dict[str, Any]
BAND = 256
"""Masks that are compared with all others at once: what is kept of a picture with thousands of them stays small."""


def corrected(instances: Sequence[Instance], rules: Mapping[int, MaskRules]) -> tuple[list[Instance], Faults]:
    """Return the instances of a picture with their masks put right, in their order, and how many were faulty.

    instances: with `category_id` and `segmentation` (RLE); of doubles the one with the higher `score` stays, else the
    larger one.  Of a mask that changed `bbox` is taken anew, and `area` if there is one.
    rules: category id -> what is put right; classes without rules stay as they are, and so do crowds.
    """
    faults = Faults()
    kept: list[Instance] = []
    for instance in instances:
        key = instance["category_id"]
        if key not in rules or instance.get("iscrowd"):
            kept.append(instance)
            continue
        faults[key, "masks"] += 1
        if mended := _mended(instance, rules[key], faults):
            kept.append(mended)
    doubles = _doubles(kept, rules)
    faults.update((kept[number]["category_id"], "doubles") for number in doubles)
    return [instance for number, instance in enumerate(kept) if number not in doubles], faults


def _mended(instance: Instance, rules: MaskRules, faults: Faults) -> Instance | None:
    """Return an instance with its own faults put right, and count them; None for a sliver."""
    key, code = instance["category_id"], instance["segmentation"]
    mask, x, y = rle.decode_crop(code)
    before = mask
    if rules.holes == "fill":
        mask = without_holes(before, rules)
        faults[key, "holes"] += bool((mask != before).any())
    if rules.fragment_px or rules.fragment_share:
        whole, mask = mask, without_fragments(mask, rules)
        faults[key, "fragments"] += bool((mask != whole).any())
    if rules.sliver_px and not holds_square(mask, rules.sliver_px):
        faults[key, "slivers"] += 1
        return None
    if (mask == before).all():
        return instance
    code = rle.encode_crop(mask, x, y, *code["size"])
    sizes = {"bbox": rle.bbox(code)} | ({"area": rle.area(code)} if "area" in instance else {})
    return {**instance, "segmentation": code, **sizes}


def _doubles(instances: Sequence[Instance], rules: Mapping[int, MaskRules]) -> set[int]:
    """Return the numbers of the instances that are there already, under a better score or as a larger mask."""
    of_class: dict[int, list[int]] = defaultdict(list)
    for number, instance in enumerate(instances):
        key = instance["category_id"]
        if key in rules and rules[key].double_iou and not instance.get("iscrowd"):
            of_class[key].append(number)
    found: set[int] = set()
    for key, numbers in of_class.items():
        ranked = sorted(numbers, key=lambda number: _rank(instances[number]))
        for better, worse in _pairs([instances[number]["segmentation"] for number in ranked], rules[key].double_iou):
            if ranked[better] not in found:
                found.add(ranked[worse])
    return found


def _pairs(codes: Sequence[rle.RLE], least: float) -> Iterator[tuple[int, int]]:
    """Yield the numbers, the smaller one first and in its order, of masks with at least some IoU, a band at a time."""
    masks = [dict(code) for code in codes]
    for first in range(0, len(masks), BAND):
        band = masks[first : first + BAND]
        alike = np.triu(coco_mask.iou(band, masks[first:], [0] * (len(masks) - first)) >= least, 1)
        yield from ((first + one, first + other) for one, other in np.argwhere(alike).tolist())


def _rank(instance: Instance) -> tuple[float, int]:
    return -instance.get("score", 0.0), -rle.area(instance["segmentation"])
