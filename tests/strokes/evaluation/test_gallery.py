"""Pictures of sketches: coloured, marked, and small enough for a page."""

import numpy as np
import pytest
from drawings import Studio, draw
from scribbles import TABLE, Things, results

from maskline.contract.shard import Dataset, shard_name
from maskline.contract.store import Store
from maskline.strokes.evaluation.cases import Case, cases_of
from maskline.strokes.evaluation.compare.matching import matched
from maskline.strokes.evaluation.compare.strokes import strokes_of
from maskline.strokes.evaluation.gallery import (
    APART,
    BUDGET_BYTES,
    SIDES_PX,
    Exhibit,
    Pair,
    Picture,
    exhibits,
    fitting_side,
)
from maskline.strokes.painting import MARK, paint
from maskline.strokes.sketch import Sketch, to_sample

CASE = Case(0, {}, [], 0, None, [])
MOST = 16 + 16
"""Exhibits of a page."""


def exhibit_of(picture: Picture) -> Exhibit:
    return Exhibit(CASE, [Pair("parts", picture, picture), Pair("objects", picture, picture)], [])


def test_pictures_fit_a_page_whatever_they_show() -> None:
    noise = Picture(np.random.default_rng(0).integers(0, 256, (320, 320, 3), dtype=np.uint8), "noise")
    side = fitting_side([exhibit_of(noise)] * MOST)
    assert side < SIDES_PX[0]
    assert 4 * MOST * len(noise.at(side)) <= BUDGET_BYTES


def test_pictures_of_common_sketches_are_shown_as_they_are_painted() -> None:
    drawn = Picture(paint(draw(2), None, SIDES_PX[0]), "drawn")
    assert fitting_side([exhibit_of(drawn)] * MOST) == SIDES_PX[0]
    assert 'width="320"' in drawn.at(320)


def test_a_marked_stroke_lies_on_a_band_and_the_others_do_not() -> None:
    sketch = draw(0)
    plain, marked = paint(sketch), paint(sketch, marked=[1])
    band = (marked == MARK).all(axis=2)
    assert not (plain == MARK).all(axis=2).any()
    assert band.any()
    assert ((plain == marked).all(axis=2) | (marked[..., 0] > marked[..., 1])).all()  # what differs is reddish
    rows = np.flatnonzero(band.any(axis=1))
    assert rows.max() - rows.min() < len(band) / 4  # the stroke is level: its band is no higher


@pytest.fixture
def shown(directory_store: Store) -> Exhibit:
    """A scene of a car and a horse, found as a car with the horse's head, three legs, and nothing else."""
    studio, sketch = Studio(directory_store), draw(2)
    dataset = Dataset(studio.seal("dataset", "scene", studio.shard(0, [to_sample(sketch, 0, "", TABLE)])))
    guess: Things = [
        {"car": [0, 1, 2, 3, 4], "car/body": [0, 1, 2, 3, 4]},
        {"horse": [5, 6, 7], "horse/left-leg": [5, 6, 7]},
    ]
    strokes = strokes_of(dataset.truth("val"), results(guess), None)
    (found,) = exhibits(cases_of(strokes, matched(strokes)), strokes, dataset, {1: shard_name("val", 0)})
    return found


def colours(picture: Picture) -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in picture.pixels.reshape(-1, 3).tolist()}


def test_a_scene_is_shown_by_its_parts_and_by_its_objects(shown: Exhibit) -> None:
    assert [pair.what for pair in shown.pairs] == ["parts", "objects"]
    names = {category.id: category.name for category in TABLE.categories}
    assert [names[number] for number in shown.categories] == [name for name in names.values() if "/" in name]


def test_objects_that_meet_have_the_same_colour_and_clutter_has_none(shown: Exhibit) -> None:
    objects = shown.pairs[1]
    first, second, grey = APART[0], APART[1], (165, 165, 165)
    assert {first, second, grey} <= colours(objects.truth)
    assert {first, second, grey, MARK} <= colours(objects.found)
    assert APART[2] not in colours(objects.found)


def test_what_is_wrong_is_marked_beside_the_truth_only(shown: Exhibit) -> None:
    for pair in shown.pairs:
        assert MARK in colours(pair.found)
        assert MARK not in colours(pair.truth)
    assert shown.pairs[0].found.description == "drawn/0002.json, parts, prediction: 7 strokes wrong"


def test_an_unlabelled_sketch_has_no_truth_to_be_wrong(directory_store: Store) -> None:
    studio, sketch = Studio(directory_store), Sketch("bare", draw(0).strokes)
    dataset = Dataset(studio.seal("dataset", "bare", studio.shard(0, [to_sample(sketch, 0, "", TABLE)])))
    strokes = strokes_of(dataset.truth("val"), results([{"car": [0, 1], "car/body": [0, 1]}]), None)
    (found,) = exhibits(cases_of(strokes, matched(strokes)), strokes, dataset, {1: shard_name("val", 0)})
    assert MARK not in colours(found.pairs[0].found)
