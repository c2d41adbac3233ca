"""How many sights of a picture found an instance that is left of them: what pseudo-labels are chosen by."""

from collections.abc import Sequence

import numpy as np

from maskline.pictures.prediction.fusion.ranking import Instance
from maskline.pictures.prediction.fusion.suppression import Shape, overlaps


def agreed(fused: Sequence[Instance], sights: Sequence[Sequence[Instance]], shape: Shape, iou: float) -> list[Instance]:
    """Return the instances with their `agreement`: the share of the sights, 0 to 1, that found one like it.

    Alike are instances of a class whose `shape` overlap by more than `iou`, as in fusing them.
    """
    votes = np.zeros(len(fused))
    for category in {instance["category_id"] for instance in fused}:
        ours = [number for number, instance in enumerate(fused) if instance["category_id"] == category]
        for sight in sights:
            theirs = [instance for instance in sight if instance["category_id"] == category]
            votes[ours] += (overlaps([fused[number] for number in ours], theirs, shape) > iou).any(axis=1)
    shares = (votes / len(sights)).round(6).tolist()
    return [instance | {"agreement": share} for instance, share in zip(fused, shares, strict=True)]
