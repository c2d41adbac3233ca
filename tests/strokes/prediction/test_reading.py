"""From what the network says to objects, parts and instances."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import Reading, SketchNetwork
from maskline.strokes.networks.sampling import sampled
from maskline.strokes.prediction.grouping import groups
from maskline.strokes.prediction.reading import Told, read
from maskline.strokes.sketch import Sketch
from maskline.strokes.spec import StrokeSpec


def blocks(*sizes: int, within: float = 0.9, between: float = 0.1) -> NDArray[np.float64]:
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return np.where(owner[:, None] == owner, within, between)


@pytest.mark.parametrize("sizes", [(1,), (3,), (1, 1, 1), (2, 3), (1, 4, 2, 2), (40, 60)])
def test_strokes_that_belong_together_are_found_whatever_their_number(sizes: tuple[int, ...]) -> None:
    assert [len(group) for group in groups(blocks(*sizes))] == list(sizes)


def test_groups_hold_every_stroke_once_and_stand_in_the_order_of_their_first() -> None:
    order = np.array([2, 0, 1, 3])
    same = blocks(2, 2)[np.ix_(order, order)]

    assert groups(same) == [[0, 3], [1, 2]]


def test_one_unlikely_pair_does_not_part_what_belongs_together_on_the_whole() -> None:
    same = blocks(4)
    same[0, 3] = same[3, 0] = 0.2

    assert groups(same) == [[0, 1, 2, 3]]


class Saying(SketchNetwork):
    """A network that says what a test wants."""

    def __init__(self, spec: StrokeSpec, parts: list[list[float]], same: NDArray[np.float64]) -> None:
        super().__init__(spec)
        self.said = Reading(
            torch.tensor([[0.0, 5.0]]),
            torch.tensor(parts),
            torch.logit(torch.from_numpy(np.stack([same, same], -1)[None]).float()),
        )

    def read(self, strokes: Strokes, told: torch.Tensor) -> Reading:
        del strokes, told
        return self.said


# Parts by column: car/body, car/wheel, cow/body, cow/left-foot, cow/right-foot.
FEET: list[list[float]] = [[0.0, 9, 5, 0, 0], [0, 9, 0, 3, 2.9], [0, 9, 0, 1, 2], [0, 9, 0, 0, 4]]


def found(spec: StrokeSpec, sketch: Sketch, category: str = "") -> list[tuple[str, tuple[int, ...]]]:
    network = Saying(spec, FEET, blocks(1, 2, 1))
    (things,) = read(network, [sampled(sketch.strokes, 16)], [[Told((0, 1, 2, 3), category)]])
    return [(part.name, part.strokes) for thing in things for part in thing.parts]


def test_the_side_of_a_foot_is_decided_by_all_its_strokes_together(spec: StrokeSpec, cow: Sketch) -> None:
    assert found(spec, cow) == [("cow/body", (0,)), ("cow/right-foot", (1, 2)), ("cow/right-foot", (3,))]


def test_an_object_that_is_told_has_its_own_parts_only(spec: StrokeSpec, cow: Sketch) -> None:
    assert {name for name, _ in found(spec, cow, "car")} == {"car/wheel"}
