"""Scenes put together of single objects: what teaches which strokes are one object, where nobody has drawn scenes."""

import torch
from torch import Tensor

from maskline.strokes.networks.batch import Strokes

TRIES = 3
MANY, SIZE, PLACES, ROOMY, COMPANY, LIES, HOST, TURN = 0, 1, 2, 8, 9, 10, 11, 12
"""Columns of an object's luck: how many its scene has, its size, `TRIES` places from here on, how roomy its scene is,
whether it keeps company with its like, whether it lies on another one, on which, when its turn is."""
LUCK = 13
"""Random numbers, 0..1, of each object."""
SMALLEST = 0.2
"""Size of an object over that of the largest; logarithms are uniform."""
ALIKE = 0.15
"""Share of objects that come right after the first of their category, as trees do in woods."""
UPON = 0.3
"""Share of objects that lie on or in another one, as pizzas do on tables."""
PARTLY = (0.15, 0.7)
"""Size of such an object over that of the other one."""
ROOM = (0.7, 2.5)
"""The side of a scene of n objects is sqrt(n) times one of these: so little that objects meet, so much that most lie
far from each other."""


def composed(units: Strokes, category: Tensor, luck: Tensor, share: float, most: int) -> tuple[Strokes, Tensor] | None:
    """Put objects together in scenes.

    units: B objects, normalised.  category: (B,).  luck: (B, LUCK).  share: of the objects that are shown.
    most: objects of a scene.
    Returns the strokes of the scenes and the number of each stroke's object; nothing if no object is to be shown.
    """
    shown = round(share * len(units.counts))
    starts = units.counts.cumsum(0) - units.counts
    order = _turns(category, luck).argsort(stable=True).tolist()
    points: list[Tensor] = []
    objects: list[Tensor] = []
    counts: list[int] = []
    first = 0
    while first < shown:
        size = min(1 + int(luck[order[first], MANY] ** 2 * most), len(order) - first)  # small ones more often
        room = ROOM[0] + (ROOM[1] - ROOM[0]) * float(luck[order[first], ROOMY])
        boxes: list[Tensor] = []
        before = len(points)
        for number in order[first : first + size]:
            start, count = int(starts[number]), int(units.counts[number])
            own = units.points[start : start + count]
            points.append(_placed(own, luck[number], room * (size**0.5 - 0.5), boxes))
            objects.append(torch.full((count,), number))
        counts.append(sum(len(each) for each in points[before:]))
        first += size
    if not points:
        return None
    device = units.points.device
    scenes = Strokes.numbered(torch.cat(points), torch.tensor(counts, device=device))
    return scenes.normalised(), torch.cat(objects).to(device)


def _turns(category: Tensor, luck: Tensor) -> Tensor:
    """Return (B,), 0..1, when each object's turn is: that of its category's first if it keeps company with it."""
    own = luck[:, TURN]
    first = own.new_ones(int(category.max()) + 1).scatter_reduce(0, category, own, "amin")
    return torch.where(luck[:, COMPANY] < ALIKE, first[category], own)


def _placed(points: Tensor, luck: Tensor, reach: float, boxes: list[Tensor]) -> Tensor:
    """Return an object on another one, or where it covers others least, and add its box to theirs.

    reach: how far from the middle of the scene it may lie.
    """
    tries = luck[PLACES : PLACES + 2 * TRIES].reshape(TRIES, 2) * 2 - 1
    if boxes and luck[LIES] < UPON:
        host = boxes[int(luck[HOST] * len(boxes))]
        half = (host[2:] - host[:2]) / 2
        scale = float(half.max()) * (PARTLY[0] + (PARTLY[1] - PARTLY[0]) * float(luck[SIZE]))
        places = host[:2] + half + tries[:1] * half
    else:
        scale = SMALLEST ** float(luck[SIZE])
        places = tries * reach
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
