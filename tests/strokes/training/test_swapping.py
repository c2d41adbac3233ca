"""Parts that another drawing of the same kind of object lends."""

from dataclasses import replace

import numpy as np
import torch

from maskline.strokes.sketch import Sketch, Stroke, to_sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.items import NONE, Drawings, item_of, with_luck
from maskline.strokes.training.objects import Objects, apart
from maskline.strokes.training.swapping import swapped


def objects_of(spec: StrokeSpec, *sketches: Sketch) -> Objects:
    items = [
        with_luck(item_of(to_sample(each, number, "group", spec.categories), spec), np.random.default_rng(number))
        for number, each in enumerate(sketches)
    ]
    return apart(Drawings.of(items))


def stretched(sketch: Sketch) -> Sketch:
    """Return a sketch twice as high, drawn backwards: points and strokes in the other order."""
    strokes = tuple(Stroke(stroke.points[::-1] * [1, 2]) for stroke in sketch.strokes)
    return replace(sketch, strokes=strokes)


def test_parts_that_both_have_come_from_the_other_and_lie_where_the_own_ones_were(
    car: Sketch, cow: Sketch, spec: StrokeSpec
) -> None:
    before = objects_of(spec, cow, stretched(cow), car)
    after = swapped(before, 1.0, len(spec.categories.categories))

    assert after.part.tolist() == before.part.tolist()
    assert after.strokes.counts.tolist() == before.strokes.counts.tolist()
    own, other = before.strokes.points[0], before.strokes.points[4]
    found = after.strokes.points[0]
    torch.testing.assert_close(found[0], own[0], rtol=0, atol=0.2)  # a ring where the ring was,
    assert (found[1] - found[0])[1].sign() == (other[1] - other[0])[1].sign()  # drawn as the other drew it
    assert (found[1] - found[0])[1].sign() != (own[1] - own[0])[1].sign()


def test_who_is_alone_of_its_kind_and_what_nobody_labelled_stays(car: Sketch, cow: Sketch, spec: StrokeSpec) -> None:
    unlabelled = replace(cow, things=tuple(replace(thing, parts=()) for thing in cow.things))
    before = objects_of(spec, car, cow, unlabelled)
    after = swapped(before, 1.0, len(spec.categories.categories))

    torch.testing.assert_close(after.strokes.points, before.strokes.points)
    assert after.part.tolist() == before.part.tolist()
    assert after.part[-4:].tolist() == [NONE] * 4


def test_instances_that_are_lent_are_none_of_the_own_ones(car: Sketch, spec: StrokeSpec) -> None:
    one, other = car, replace(car, things=tuple(replace(thing, parts=thing.parts[:2]) for thing in car.things))
    after = swapped(objects_of(spec, one, other), 1.0, len(spec.categories.categories))

    first = after.instance[: int(after.strokes.counts[0])].tolist()
    assert len(set(first)) == len(first)
    assert after.strokes.counts.tolist() == [2, 4]  # the second keeps the wheel that has no label
