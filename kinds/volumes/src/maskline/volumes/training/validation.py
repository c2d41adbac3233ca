"""How well instances are found while training, brick by brick: what a brick cuts off counts as an instance."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.evaluation.precision import IOU, average_precision


def compared(
    labels: NDArray[np.int32], found: NDArray[np.int32], foreground: NDArray[np.float32]
) -> list[dict[str, Any]]:
    """Return what is found in a brick, one by one, with the labels they are most alike.

    labels, found: (z, y, x), numbered from 1.  foreground: (z, y, x), chances.
    Each: `score`, the mean chance of its voxels, `iou` with the label it is most alike and `area`, voxels.
    """
    truths, count = int(labels.max(initial=0)), int(found.max(initial=0))
    shared = np.bincount((found.astype(np.int64) * (truths + 1) + labels).ravel(), minlength=(count + 1) * (truths + 1))
    shared = shared.reshape(count + 1, truths + 1)
    areas, sizes = shared.sum(1), shared.sum(0)
    iou = np.zeros(count + 1)
    if truths:
        iou = (shared[:, 1:] / (areas[:, None] + sizes[None, 1:] - shared[:, 1:])).max(1)
    scores = np.bincount(found.ravel(), foreground.ravel().astype(np.float64), count + 1) / np.maximum(areas, 1)
    return [
        {"score": float(scores[number]), "iou": float(iou[number]), "area": int(areas[number])}
        for number in range(1, count + 1)
        if areas[number]
    ]


def figures(results: Sequence[Mapping[str, Any]], labelled: int) -> dict[str, float | None]:
    """Return ap, ap50 and ap75, 0..1, and recall50 of what is found in all bricks.

    labelled: how many instances the bricks hold. A label is found once at most, since two that do not overlap cannot
    both share more than half with it.
    """
    if not labelled:
        return dict.fromkeys(("ap50", "ap75", "ap", "recall50"))
    ordered = sorted(results, key=lambda one: (-one["score"], -one["area"]))
    iou = np.array([one["iou"] for one in ordered])
    precision = [average_precision(iou > least, labelled) for least in IOU]
    at = dict(zip(IOU, precision, strict=True))
    recall = float((iou > IOU[0]).sum() / labelled)
    return {"ap50": at[0.5], "ap75": at[0.75], "ap": float(np.mean(precision)), "recall50": recall}
