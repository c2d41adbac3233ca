"""Scenes put together of single objects: what teaches which strokes are one object, where nobody has drawn scenes."""

import torch
from torch import Tensor

from maskline.strokes.networks.batch import Strokes

LUCK = 11
"""Random numbers, 0..1, of each object: how many its scene has, its size, three places to try, whether it lies on
another one and on which, when its turn is."""
TRIES = 3
SMALLEST = 0.2
"""Size of an object over that of the largest; logarithms are uniform."""
UPON = 0.3
"""Share of objects that lie on or in another one, as pizzas do on tables."""
PARTLY = (0.15, 0.7)
"""Size of such an object over that of the other one."""
CROWDED = 1.0
"""The side of a scene of n objects is sqrt(n) times this: so much that objects meet now and then."""


def composed(units: Strokes, luck: Tensor, share: float, most: int) -> tuple[Strokes, Tensor] | None:
    """Put objects together in scenes.

    units: B objects, normalised.  luck: (B, LUCK).  share: of the objects that are shown.  most: objects of a scene.
    Returns the strokes of the scenes and the number of each stroke's object; nothing if no object is to be shown.
    """
    shown = round(share * len(units.counts))
    starts = units.counts.cumsum(0) - units.counts
    order = luck[:, -1].argsort().tolist()
    points: list[Tensor] = []
    objects: list[Tensor] = []
    counts: list[int] = []
    first = 0
    while first < shown:
        size = min(1 + int(luck[order[first], 0] ** 2 * most), len(order) - first)  # small ones more often
        boxes: list[Tensor] = []
        before = len(points)
        for number in order[first : first + size]:
            start, count = int(starts[number]), int(units.counts[number])
            own = units.points[start : start + count]
            points.append(_placed(own, luck[number], size, boxes))
            objects.append(torch.full((count,), number))
        counts.append(sum(len(each) for each in points[before:]))
        first += size
    if not points:
        return None
    device = units.points.device
    scenes = Strokes.numbered(torch.cat(points), torch.tensor(counts, device=device))
    return scenes.normalised(), torch.cat(objects).to(device)


def _placed(points: Tensor, luck: Tensor, size: int, boxes: list[Tensor]) -> Tensor:
    """Return an object on another one, or where it covers others least, and add its box to theirs."""
    tries = luck[2 : 2 + 2 * TRIES].reshape(TRIES, 2) * 2 - 1
    if boxes and luck[-3] < UPON:
        host = boxes[int(luck[-2] * len(boxes))]
        half = (host[2:] - host[:2]) / 2
        scale = float(half.max()) * (PARTLY[0] + (PARTLY[1] - PARTLY[0]) * float(luck[1]))
        places = host[:2] + half + tries[:1] * half
    else:
        scale = SMALLEST ** float(luck[1])
        places = tries * CROWDED * (size**0.5 - 0.5)
    scaled = points * scale
    low, high = scaled.amin((0, 1)), scaled.amax((0, 1))
    candidates = torch.cat([low + places, high + places], 1)
    best = 0
    if boxes:
        others = torch.stack(boxes)
        common = torch.minimum(candidates[:, None, 2:], others[:, 2:]) - torch.maximum(
            candidates[:, None, :2], others[:, :2]
        )
        best = int(common.clamp(min=0).prod(2).sum(1).argmin())
    boxes.append(candidates[best])
    placed: Tensor = scaled + places[best]
    return placed
