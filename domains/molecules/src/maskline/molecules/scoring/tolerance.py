"""Bonds and labels found within a tolerance: for thin lines, of which a shift by one pixel halves the IoU.

D: predictions of one picture   N: true instances of one picture   P: pixels of one mask   h, w: a mask's box
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot, isqrt
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.contract.domain import Measures
from maskline.molecules.categories import ATOM

SCORE = 0.5
LEAST_PX, LENGTH_SHARE = 2.0, 0.05
COVERED = 0.8
EXCUSED = 0.5
CAPTION = (
    f"An instance is found when a prediction that scores at least {SCORE:g} lies along it: {COVERED:.0%} of the pixels "
    f"of either mask are within a tolerance of the other, {LENGTH_SHARE:.0%} of the instance's length (the diagonal of "
    f"its box) and {LEAST_PX:g} px at least. One prediction finds one instance, best score first."
)
COLUMNS = ["recall", "precision", "truths", "found", "detections"]
BONDS, ANY_BOND = "all bonds", "bonds of any class"
Annotation = Mapping[str, Any]


@dataclass(frozen=True)
class Blot:
    """One mask, decoded within its box."""

    x: int
    y: int
    mask: rle.Mask  # (h, w), touching its own four sides

    @cached_property
    def pixels(self) -> NDArray[np.intp]:
        """(P, 2): row and column of every pixel in the picture."""
        pixels: NDArray[np.intp] = np.argwhere(self.mask) + np.array((self.y, self.x))
        return pixels

    @property
    def tolerance(self) -> float:
        """How far from this instance a prediction may lie, in pixels."""
        return max(LEAST_PX, LENGTH_SHARE * hypot(*self.mask.shape))

    def grown(self, reach: float) -> "Blot":
        """Return what lies within `reach` pixels of this mask, from pixel centre to pixel centre."""
        margin = int(reach)
        return Blot(self.x - margin, self.y - margin, _dilated(self.mask, reach))

    def share_in(self, other: "Blot") -> float:
        """Return the share of the pixels that lie in another mask."""
        row, column = (self.pixels - (other.y, other.x)).T
        height, width = other.mask.shape
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        return float(other.mask[row[inside], column[inside]].sum()) / len(self.pixels)


def within_tolerance(truth: Mapping[str, Any], results: Sequence[Annotation]) -> Measures:
    """Measure recall and precision within the tolerance: of each class, of all bonds, of bonds whatever their class."""
    names = {category["id"]: str(category["name"]) for category in truth["categories"]}
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*names.values(), BONDS, ANY_BOND)}
    truths, predictions = _by_image(truth["annotations"]), _by_image(r for r in results if r["score"] >= SCORE)
    for image in truth["images"]:
        _count(truths[image["id"]], predictions[image["id"]], names, counts)
    for name in names.values():
        if name != ATOM:
            counts[BONDS].update(counts[name])
    return Measures(caption=CAPTION, columns=COLUMNS, rows={name: _row(count) for name, count in counts.items()})


def _count(
    everything: Sequence[Annotation],
    unsorted: Sequence[Annotation],
    names: Mapping[int, str],
    counts: Mapping[str, Counter[str]],
) -> None:
    """Add what one picture comes to.  What nobody asked for, but lies on a crowd, does not count."""
    truths = [annotation for annotation in everything if not annotation.get("iscrowd")]
    crowds = [annotation for annotation in everything if annotation.get("iscrowd")]
    ranked = sorted(unsorted, key=lambda result: -result["score"])
    wanted, given = (np.array([entry["category_id"] for entry in side], int) for side in (truths, ranked))
    labels = [key for key, name in names.items() if name == ATOM]
    label_truths, label_results = np.isin(wanted, labels), np.isin(given, labels)
    agreement = _agreement(ranked, truths, label_results[:, None] == label_truths)
    excused = _excused(ranked, crowds)

    met, used = _match(np.where(given[:, None] == wanted, agreement, 0.0))
    for key, name in names.items():
        _add(counts[name], met[wanted == key], (used | ~excused)[given == key])
    met, used = _match(agreement[~label_results][:, ~label_truths])
    _add(counts[ANY_BOND], met, used | ~excused[~label_results])


def _agreement(
    results: Sequence[Annotation], truths: Sequence[Annotation], comparable: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return (D, N): the smaller of the two shares of pixels within the tolerance; 0 where it is too small.

    comparable: (D, N), the pairs to look at.
    """
    predicted, true = ([_blot(entry["segmentation"]) for entry in side] for side in (results, truths))
    agreement = np.zeros(comparable.shape)
    for place, instance in enumerate(true):
        if instance is None:
            continue
        halo = instance.grown(instance.tolerance)
        for number in np.flatnonzero(comparable[:, place]):
            prediction = predicted[number]
            if prediction is None or not _touch(halo, prediction) or prediction.share_in(halo) < COVERED:
                continue
            share = min(prediction.share_in(halo), instance.share_in(prediction.grown(instance.tolerance)))
            agreement[number, place] = share if share >= COVERED else 0.0
    return agreement


def _blot(segmentation: rle.RLE) -> Blot | None:
    """Decode a mask; None for an empty one."""
    x, y, w, h = rle.bbox(segmentation)
    return Blot(x, y, rle.decode(segmentation)[y : y + h, x : x + w]) if w and h else None


def _touch(one: Blot, other: Blot) -> bool:
    """Say whether the boxes of two masks overlap."""
    h, w = one.mask.shape
    height: int
    width: int
    height, width = other.mask.shape
    return one.x < other.x + width and other.x < one.x + w and one.y < other.y + height and other.y < one.y + h


def _dilated(mask: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """Return (h + 2 r, w + 2 r), r the whole pixels in `reach`: what lies within `reach` pixels of the mask."""
    height, width = mask.shape
    margin = int(reach)
    grown = np.zeros((height + 2 * margin, width + 2 * margin), bool)
    before = np.cumsum(np.pad(mask, ((0, 0), (2 * margin + 1, 2 * margin))), axis=1)  # pixels up to a column
    for down in range(margin + 1):
        half = isqrt(int(reach * reach - down * down))
        first = margin - half
        row = before[:, first + 2 * half + 1 :][:, : grown.shape[1]] > before[:, first:][:, : grown.shape[1]]
        for shift in {margin - down, margin + down}:
            grown[shift : shift + height] |= row
    return grown


def _excused(results: Sequence[Annotation], crowds: Sequence[Annotation]) -> NDArray[np.bool_]:
    """Return (D,): whether most of a prediction lies on a crowd, which is nobody's to find."""
    if not results or not crowds:
        return np.zeros(len(results), bool)
    masks = [[dict(entry["segmentation"]) for entry in side] for side in (results, crowds)]
    overlap = np.asarray(coco_mask.iou(masks[0], masks[1], [1] * len(crowds)))
    excused: NDArray[np.bool_] = overlap.max(axis=1) >= EXCUSED
    return excused


def _match(agreement: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Pair each prediction, in turn, with the free instance it agrees with best.  Returns (N,), (D,): who has one."""
    met, used = np.zeros(agreement.shape[1], bool), np.zeros(len(agreement), bool)
    for number, row in enumerate(agreement):
        free = np.where(met, 0.0, row)
        if free.size and free.max() > 0:
            met[free.argmax()] = used[number] = True
    return met, used


def _add(count: Counter[str], met: NDArray[np.bool_], counted: NDArray[np.bool_]) -> None:
    """met: one entry per true instance.  counted: one per prediction."""
    count.update(truths=len(met), found=int(met.sum()), detections=int(counted.sum()))


def _row(count: Mapping[str, int]) -> dict[str, float | int | None]:
    truths, found, detections = (count[name] for name in ("truths", "found", "detections"))
    return {
        "truths": truths,
        "found": found,
        "recall": found / truths if truths else None,
        "detections": detections,
        "precision": found / detections if detections else None,
    }


def _by_image(entries: Iterable[Annotation]) -> Mapping[int, list[Annotation]]:
    found: defaultdict[int, list[Annotation]] = defaultdict(list)
    for entry in entries:
        found[entry["image_id"]].append(entry)
    return found
