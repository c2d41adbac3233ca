"""Bonds and labels found within a tolerance: for thin lines, of which a shift by one pixel halves the IoU.

D: predictions of one picture   N: true instances of one picture
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

from maskline.contract.domain import Measures
from maskline.molecules.categories import ATOM
from maskline.molecules.scoring.blot import Blot, blot
from maskline.molecules.scoring.matching import Annotation, by_image, matched

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


def within_tolerance(truth: Mapping[str, Any], results: Sequence[Annotation]) -> Measures:
    """Measure recall and precision within the tolerance: of each class, of all bonds, of bonds whatever their class."""
    names = {category["id"]: str(category["name"]) for category in truth["categories"]}
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*names.values(), BONDS, ANY_BOND)}
    truths, predictions = by_image(truth["annotations"]), by_image(r for r in results if r["score"] >= SCORE)
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
    predicted, true = ([blot(entry["segmentation"]) for entry in side] for side in (results, truths))
    agreement = np.zeros(comparable.shape)
    for place, instance in enumerate(true):
        if instance is None:
            continue
        tolerance = _tolerance(instance)
        halo = instance.grown(tolerance)
        for number in np.flatnonzero(comparable[:, place]):
            prediction = predicted[number]
            if prediction is None or not halo.touches(prediction) or prediction.within(halo).mean() < COVERED:
                continue
            covered = instance.within(prediction.grown(tolerance))
            share = min(float(prediction.within(halo).mean()), float(covered.mean()))
            agreement[number, place] = share if share >= COVERED else 0.0
    return agreement


def _tolerance(instance: Blot) -> float:
    """Return how far from an instance a prediction may lie, in pixels."""
    return max(LEAST_PX, LENGTH_SHARE * hypot(*instance.mask.shape))


def _excused(results: Sequence[Annotation], crowds: Sequence[Annotation]) -> NDArray[np.bool_]:
    """Return (D,): whether most of a prediction lies on a crowd, which is nobody's to find."""
    if not results or not crowds:
        return np.zeros(len(results), bool)
    masks = [[dict(entry["segmentation"]) for entry in side] for side in (results, crowds)]
    overlap = np.asarray(coco_mask.iou(masks[0], masks[1], [1] * len(crowds)))
    excused: NDArray[np.bool_] = overlap.max(axis=1) >= EXCUSED
    return excused


def _match(agreement: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Pair predictions and instances that agree.  Returns (N,), (D,): who has one."""
    pairs = matched(agreement)
    return np.isin(np.arange(agreement.shape[1]), pairs), pairs >= 0


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
