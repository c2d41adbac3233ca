"""The one inference path: strokes in, what they are out.

N: strokes of a sketch   P: points of a stroke
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from maskline.strokes.classes import Classes, object_of, without_side
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import UNTOLD, SketchNetwork
from maskline.strokes.prediction.grouping import groups


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one object before it is read.

    strokes: their numbers.  category: its name; nothing if that is to be found.
    """

    strokes: tuple[int, ...]
    category: str = ""


@dataclass(frozen=True, slots=True)
class FoundPart:
    """One instance of a part.

    name: of its class.  strokes: numbers in the sketch.  score: 0..1, the mean of its strokes'.
    """

    name: str
    strokes: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class FoundObject:
    """One object.  category: of its class.  score: 0..1, of that category."""

    category: str
    strokes: tuple[int, ...]
    score: float
    parts: tuple[FoundPart, ...]


@torch.inference_mode()
def objects_in(network: SketchNetwork, sketches: Sequence[NDArray[np.float32]]) -> list[list[Told]]:
    """Say which strokes of each sketch, (N, P, 2), belong to one object."""
    if not sketches:
        return []
    strokes = _batch(network, sketches)
    told = torch.full((len(sketches),), network.scene, device=strokes.points.device)
    same = network.read(strokes, told).same[..., 0].sigmoid().double().cpu().numpy()
    return [
        [Told(tuple(group)) for group in groups(each[: len(points), : len(points)])]
        for points, each in zip(sketches, same, strict=True)
    ]


@torch.inference_mode()
def read(
    network: SketchNetwork, sketches: Sequence[NDArray[np.float32]], told: Sequence[Sequence[Told]]
) -> list[list[FoundObject]]:
    """Read sketches, (N, P, 2) each, object by object.

    told: the objects of each.  All go through the network together.
    """
    whole = [(points, one) for points, every in zip(sketches, told, strict=True) for one in every]
    if not whole:
        return [[] for _ in sketches]
    classes = Classes(network.spec.categories)
    place = {name: 1 + number for number, name in enumerate(classes.objects)}
    strokes = _batch(network, [points[list(one.strokes)] for points, one in whole])
    given = torch.tensor([place.get(one.category, UNTOLD) for _, one in whole], device=strokes.points.device)
    reading = network.read(strokes, given)
    chances = reading.categories.softmax(1)
    known = torch.where(given == UNTOLD, chances.argmax(1), given - 1)
    logits = reading.parts.masked_fill(~network.allowed[known][strokes.sketch], -torch.inf)
    same = reading.same[..., 1].sigmoid().double().cpu().numpy()
    scores = chances.gather(1, known[:, None])[:, 0].tolist()
    chance = iter(logits.softmax(1).double().cpu().numpy().copy())
    found = iter(
        _object(classes, one, category, score, [next(chance) for _ in one.strokes], same[number])
        for number, ((_, one), category, score) in enumerate(zip(whole, known.tolist(), scores, strict=True))
    )
    return [[next(found) for _ in every] for every in told]


def _batch(network: SketchNetwork, sketches: Sequence[NDArray[np.float32]]) -> Strokes:
    device = network.parts.weight.device
    counts = torch.tensor([len(one) for one in sketches], device=device)
    return Strokes.numbered(torch.from_numpy(np.concatenate(sketches)).to(device), counts).normalised()


def _object(
    classes: Classes,
    told: Told,
    category: int,
    score: float,
    chances: Sequence[NDArray[np.float64]],
    same: NDArray[np.float64],
) -> FoundObject:
    """Put an object together.  chances: (K,) of each of its strokes.  same: of its strokes, padded."""
    table = np.stack(chances)
    name = classes.objects[category]
    families = _families(classes, name)
    family = np.stack([table[:, columns].sum(1) for columns in families], 1).argmax(1)
    parts: list[FoundPart] = []
    for number, columns in enumerate(families):
        mine = np.flatnonzero(family == number)
        for group in groups(same[np.ix_(mine, mine)]) if len(mine) else []:
            mean = table[mine[group]][:, columns].mean(0)
            strokes = tuple(told.strokes[number] for number in mine[group])
            parts.append(FoundPart(classes.parts[columns[mean.argmax()]], strokes, float(mean.sum())))
    parts.sort(key=lambda part: part.strokes)
    return FoundObject(name, told.strokes, score, tuple(parts))


def _families(classes: Classes, name: str) -> list[list[int]]:
    """Return the classes of an object's parts by number, both sides of a part together."""
    families: dict[str, list[int]] = {}
    for number, part in enumerate(classes.parts):
        if object_of(part) == name:
            families.setdefault(without_side(part), []).append(number)
    return list(families.values())
