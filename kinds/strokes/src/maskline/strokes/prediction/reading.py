"""The one inference path: strokes in, what they are out.

N: strokes of a sketch   P: points of a stroke
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from maskline.strokes.classes import Classes, object_of, without_side
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import UNTOLD, SketchNetwork
from maskline.strokes.prediction.grouping import groups

SURE = 0.8
"""Mean probability from which on groups of strokes of a scene are one object.  What is no scene is told by less: in
learning, pairs of one object count as much as the many others, so that all of them look likelier than they are."""
AT_ONCE = 32
"""Sketches that go through the network together."""


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
    found: list[list[Told]] = [[] for _ in sketches]
    for alike in _alike([len(points) for points in sketches]):
        strokes = _batch(network, [sketches[at] for at in alike])
        told = torch.full((len(alike),), network.scene, device=strokes.points.device)
        same = network.read(strokes, told).same[..., 0].sigmoid().double().cpu().numpy()
        for number, at in enumerate(alike):
            count = len(sketches[at])
            pairs = same[number, :count, :count]
            alone = groups(pairs)
            found[at] = [Told(tuple(group)) for group in (alone if len(alone) == 1 else groups(pairs, SURE))]
    return found


@torch.inference_mode()
def read(
    network: SketchNetwork, sketches: Sequence[NDArray[np.float32]], told: Sequence[Sequence[Told]]
) -> list[list[FoundObject]]:
    """Read sketches, (N, P, 2) each, object by object.

    told: the objects of each.
    """
    whole = [(points, one) for points, every in zip(sketches, told, strict=True) for one in every]
    classes = Classes(network.spec.categories)
    place = {name: 1 + number for number, name in enumerate(classes.objects)}
    anatomies = [_Anatomy.of(classes, name) for name in classes.objects]
    found: list[FoundObject | None] = [None] * len(whole)
    for alike in _alike([len(one.strokes) for _, one in whole]):
        strokes = _batch(network, [whole[at][0][list(whole[at][1].strokes)] for at in alike])
        given = torch.tensor([place.get(whole[at][1].category, UNTOLD) for at in alike], device=strokes.points.device)
        reading = network.read(strokes, given)
        chances = reading.categories.softmax(1)
        known = torch.where(given == UNTOLD, chances.argmax(1), given - 1)
        scores = chances.gather(1, known[:, None])[:, 0].tolist()
        logits = reading.parts.masked_fill(~network.allowed[known][strokes.sketch], -torch.inf)
        each = logits.softmax(1).double().cpu().numpy()
        same = reading.same[..., 1].sigmoid().double().cpu().numpy()
        first = 0
        for number, (at, category) in enumerate(zip(alike, known.tolist(), strict=True)):
            one = whole[at][1]
            stop = first + len(one.strokes)
            parts = _parts(anatomies[category], classes.parts, one, each[first:stop], same[number])
            found[at] = FoundObject(anatomies[category].name, one.strokes, scores[number], parts)
            first = stop
    done = iter(thing for thing in found if thing)
    return [[next(done) for _ in every] for every in told]


def _alike(counts: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers of sketches of about as many strokes: each costs the network as much as the longest."""
    order = sorted(range(len(counts)), key=lambda number: counts[number])
    for start in range(0, len(order), AT_ONCE):
        yield order[start : start + AT_ONCE]


def _batch(network: SketchNetwork, sketches: Sequence[NDArray[np.float32]]) -> Strokes:
    device = network.parts.weight.device
    return Strokes.of([torch.from_numpy(one).to(device) for one in sketches]).normalised()


@dataclass(frozen=True, slots=True)
class _Anatomy:
    """The parts of an object.

    families: columns of the classes of each part, both its sides together.  member: (K, families), 1 where a class is
    of one.
    """

    name: str
    families: list[list[int]]
    member: NDArray[np.float64]

    @classmethod
    def of(cls, classes: Classes, name: str) -> "_Anatomy":
        families: dict[str, list[int]] = {}
        for number, part in enumerate(classes.parts):
            if object_of(part) == name:
                families.setdefault(without_side(part), []).append(number)
        member = np.zeros((len(classes.parts), len(families)))
        for place, columns in enumerate(families.values()):
            member[columns, place] = 1
        return cls(name, list(families.values()), member)


def _parts(
    anatomy: _Anatomy, names: Sequence[str], told: Told, table: NDArray[np.float64], same: NDArray[np.float64]
) -> tuple[FoundPart, ...]:
    """Put the parts of an object together.  table: (N, K), chances of its strokes.  same: of its strokes, padded."""
    family = (table @ anatomy.member).argmax(1)
    parts: list[FoundPart] = []
    for place in sorted(set(family.tolist())):
        columns, mine = anatomy.families[place], np.flatnonzero(family == place)
        chances = table[mine][:, columns]
        for group in groups(same[mine][:, mine]):
            mean = chances[group[0]] if len(group) == 1 else chances[group].mean(0)
            strokes = tuple(told.strokes[mine[number]] for number in group)
            parts.append(FoundPart(names[columns[int(mean.argmax())]], strokes, float(mean.sum())))
    return tuple(sorted(parts, key=lambda part: part.strokes))
