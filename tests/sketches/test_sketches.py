"""Sketches: what is labelled is what is drawn."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from maskline.contract.categories import CategoryTable
from maskline.contract.config import canonical_json, preset_names
from maskline.sketches.categories import TABLE
from maskline.sketches.entry import domain
from maskline.sketches.grammar.reading import PACKAGE
from maskline.strokes.classes import without_side
from maskline.strokes.sketch import Sketch, Thing

PRESETS = preset_names(PACKAGE)
Draw = Callable[..., list[Sketch]]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_stroke_is_of_one_part_of_one_object_or_of_no_object(preset: str, draw: Draw) -> None:
    for sketch in draw(preset, 25):
        owned = [number for thing in sketch.things for number in thing.strokes]
        assert len(set(owned)) == len(owned) <= len(sketch.strokes)
        for thing in sketch.things:
            assert sorted(number for part in thing.parts for number in part.strokes) == list(thing.strokes)


@pytest.mark.parametrize("preset", PRESETS)
def test_points_are_finite_tenths_of_a_pixel_and_strokes_have_two_at_least(preset: str, draw: Draw) -> None:
    for sketch in draw(preset, 10):
        points = np.concatenate([stroke.points for stroke in sketch.strokes])
        assert np.isfinite(points).all()
        assert (points == points.round(1)).all()
        assert min(len(stroke.points) for stroke in sketch.strokes) >= 2


def test_a_sketch_is_the_same_whoever_draws_it_and_whatever_was_drawn_before() -> None:
    options = domain.drawing("scenes", {})
    one, other = domain.open(options), domain.open(options)
    forwards = [one.draw(i, "train", np.random.default_rng([5, i])) for i in range(8)]
    backwards = [other.draw(i, "val", np.random.default_rng([5, i])) for i in reversed(range(8))]
    assert forwards == backwards[::-1]
    assert len({canonical_json(sample.annotations) for sample in forwards}) == 8


def test_every_sketch_is_a_group_of_its_own() -> None:
    renderer = domain.open(domain.drawing("demo", {}))
    drawn = [renderer.draw(i, "train", np.random.default_rng([5, i])) for i in range(5)]
    assert len({sample.image["group"] for sample in drawn}) == 5


def test_every_class_of_the_table_is_drawn(draw: Draw) -> None:
    found = set()
    for sketch in draw("demo", 900):
        for thing in sketch.things:
            found |= {thing.category, *(f"{thing.category}/{part.name}" for part in thing.parts)}
    assert found == set(TABLE.names)


def test_of_a_pair_of_legs_the_left_one_lies_to_the_left(draw: Draw) -> None:
    weights = {"4leg": 1, "2leg": 1}
    pairs = 0
    for sketch in draw("single", 120, categories=weights):
        (thing,) = sketch.things
        place = {part.name: _x(sketch, part.strokes) for part in thing.parts if part.name.endswith("foot")}
        for family in ("front", "back"):
            legs = [place.get(f"{family}-{side}-foot") for side in ("left", "right")]
            if legs[0] is not None and legs[1] is not None:
                assert legs[0] < legs[1]
                pairs += 1
    assert pairs > 100


def test_a_paw_has_the_side_of_its_leg(draw: Draw) -> None:
    for sketch in draw("easy", 80, categories={"4leg": 1}):
        (thing,) = sketch.things
        x = {part.name: _x(sketch, part.strokes) for part in thing.parts}
        for family in ("front", "back"):
            paws = [x[name] for side in ("left", "right") if (name := f"{family}-{side}-paw") in x]
            assert paws == sorted(paws)


def test_the_policies_differ_in_sides_alone(draw: Draw) -> None:
    for plain, told in zip(draw("demo", 40, labels="initial"), draw("demo", 40, labels="extended"), strict=True):
        assert all((a.points == b.points).all() for a, b in zip(plain.strokes, told.strokes, strict=True))
        assert [_without_sides(thing) for thing in told.things] == [_without_sides(thing) for thing in plain.things]


def test_a_careful_hand_closes_its_rings_and_a_sloppy_one_does_not(draw: Draw) -> None:
    gaps: dict[float, float] = {}
    for sloppy in (0.0, 2.0):
        hand = {"sloppiness": sloppy, "reversed": 0, "split": 0, "merged": 0, "retraced": 0}
        suns = draw("demo", 40, categories={"sun": 1}, hand=hand)
        rings = [sketch.strokes[0].points for sketch in suns if len(sketch.strokes[0].points) > 30]
        gaps[sloppy] = float(np.median([math.dist(ring[0], ring[-1]) for ring in rings]))
    assert gaps[0.0] < 1
    assert gaps[2.0] > 3


def test_pauses_cut_strokes_and_what_goes_on_into_the_next_is_one_stroke(draw: Draw) -> None:
    def strokes(split: float, merged: float) -> int:
        hand = {"split": split, "merged": merged, "foreign": 1, "retraced": 0}
        return sum(len(sketch.strokes) for sketch in draw("demo", 60, hand=hand))

    assert strokes(0, 1) < strokes(0, 0) < strokes(0.3, 0)


def test_a_scene_has_so_many_objects_on_its_canvas_and_clutter_beside_them(draw: Draw) -> None:
    counts, clutter = set[int](), 0
    for sketch in draw("scenes", 60):
        counts.add(len(sketch.things))
        clutter += len(sketch.strokes) - sum(len(thing.strokes) for thing in sketch.things)
        assert list(sketch.size or ()) == [1024, 1024]
        left, top, right, bottom = sketch.bounds()
        assert min(left, top) > -200
        assert max(right, bottom) < 1224
    assert counts <= set(range(1, 13))
    assert len(counts) > 8
    assert clutter > 60


def test_an_object_is_drawn_in_one_go_or_returned_to_later(draw: Draw) -> None:
    def gaps(share: float) -> int:
        things = [thing for sketch in draw("scenes", 20, returned=share, clutter=0) for thing in sketch.things]
        return sum(any(b - a > 1 for a, b in pairwise(thing.strokes)) for thing in things)

    assert gaps(0) == 0
    assert gaps(0.5) > 0


def _x(sketch: Sketch, strokes: tuple[int, ...]) -> float:
    return float(np.concatenate([sketch.strokes[number].points[:, 0] for number in strokes]).mean())


def _without_sides(thing: Thing) -> list[tuple[str, tuple[int, ...], bool]]:
    return [(without_side(f"{thing.category}/{part.name}"), part.strokes, part.crowd) for part in thing.parts]


def test_the_table_is_that_of_the_drawing() -> None:
    table: CategoryTable = domain.categories(domain.drawing("demo", {}))
    assert table == TABLE
