"""Pictures of cells: what is labelled is what is drawn."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from maskline.cells.categories import TABLE, table
from maskline.cells.cell.family import PACKAGE, families, shipped
from maskline.cells.entry import domain
from maskline.cells.options import DrawingOptions
from maskline.cells.scene import scene
from maskline.contract.coco import rle
from maskline.contract.config import parse, preset_names
from maskline.contract.errors import InvalidInput
from maskline.contract.picture import decode
from maskline.contract.shard import Sample

PRESETS = preset_names(PACKAGE)
Draw = Callable[..., list[Sample]]
Decoded = Callable[[Sample], npt.NDArray[np.bool_]]
CLEAN = {
    "ground": 100, "defocus_px": 0, "halo": 0, "uneven": 0, "mottle": 0, "photons": 0, "read_noise": 0,
}  # fmt: skip


def drawing(**values: Any) -> DrawingOptions:
    """Return options of no preset."""
    return parse(DrawingOptions, values, "drawing")


@pytest.mark.parametrize("preset", PRESETS)
def test_records_say_what_their_masks_and_pictures_are(preset: str, draw: Draw, masks: Decoded) -> None:
    for sample in draw(preset, 3):
        picture = decode(sample.members["png"])
        assert picture.shape == (sample.image["height"], sample.image["width"])
        for one, mask in zip(sample.annotations, masks(sample), strict=True):
            assert one["area"] == mask.sum() > 0
            assert one["bbox"] == rle.bbox(one["segmentation"])
            assert "broken" not in one


@pytest.mark.parametrize("preset", PRESETS)
def test_no_pixel_is_of_two_cells(preset: str, draw: Draw, masks: Decoded) -> None:
    assert all(masks(sample).sum(axis=0).max(initial=0) <= 1 for sample in draw(preset, 4))


def test_cells_lie_over_each_other_where_that_is_asked_for(draw: Draw, masks: Decoded) -> None:
    crowded = {"families": {"round": {"cells": 60}}, "squeeze": 0.5, "overlapping": True}
    assert all(masks(sample).sum(axis=0).max() > 1 for sample in draw("demo", 4, **crowded))


@pytest.mark.parametrize("overlapping", [False, True])
@pytest.mark.parametrize("family", sorted(set(families()) - {"ring", "speck"}))
def test_a_specimen_differs_from_its_ground_exactly_inside_the_masks(family: str, overlapping: bool) -> None:  # noqa: FBT001
    options = drawing(families={family: {"cells": 25}}, overlapping=overlapping, squeeze=0.3)
    drawn = scene(options, np.random.default_rng(3))
    inside = np.zeros(drawn.specimen.shape, np.bool_)
    for cell in drawn.cells:
        h, w = cell.mask.shape
        inside[cell.y : cell.y + h, cell.x : cell.x + w] |= cell.mask
    assert len(drawn.cells) > 5
    assert ((drawn.specimen != 0) == inside).all()


def test_a_picture_without_optics_and_noise_shows_its_masks(draw: Draw, masks: Decoded) -> None:
    plain = {"name": "plain", "radius_px": [8, 15], "body": 0.3, "border": 1}
    options = {"own": [plain], "families": {"round": {"cells": 0}, "plain": {"cells": 30}}, "debris": 0}
    for sample in draw("demo", 4, microscope=CLEAN, **options):
        picture = decode(sample.members["png"])
        assert (picture[~masks(sample).any(axis=0)] == 100).all()
        assert (picture[masks(sample).any(axis=0)] > 100).all()


def test_debris_has_no_label_and_lies_beside_cells(draw: Draw) -> None:
    clean, littered = draw("demo", 4, debris=0), draw("demo", 4, debris=200)
    assert [one.annotations for one in clean] == [one.annotations for one in littered]
    assert all(a.members != b.members for a, b in zip(clean, littered, strict=True))


def test_a_disc_is_as_large_as_its_radius_says(draw: Draw) -> None:
    disc = {"name": "disc", "radius_px": 20, "elongation": 1, "irregularity": 0}
    options = {
        "own": [disc],
        "families": {"round": {"cells": 0}, "disc": {"cells": 1}},
        "width_px": 200,
        "height_px": 200,
    }
    whole = [
        one
        for sample in draw("demo", 30, **options)
        for one in sample.annotations
        if one["bbox"][0] > 0 < one["bbox"][1] and one["bbox"][0] + 41 < 200 > one["bbox"][1] + 41
    ]
    assert len(whole) > 10
    assert all(one["area"] == pytest.approx(np.pi * 400, rel=0.02) for one in whole)
    assert all(38 <= side <= 41 for one in whole for side in one["bbox"][2:])


@pytest.mark.parametrize("family", ["nucleus", "class2", "shsy5y"])
def test_no_body_is_larger_than_its_family_allows_without_processes(family: str, draw: Draw) -> None:
    own = shipped(family).model_dump(mode="json") | {
        "name": "own",
        "processes": [0, 0],
        "irregularity": 0,
        "ragged_px": 0,
    }
    options = {"own": [own], "families": {"round": {"cells": 0}, "own": {"cells": 20}}}
    most, stretch = own["radius_px"][1], own["elongation"][1]
    areas = [one["area"] for sample in draw("demo", 5, **options) for one in sample.annotations]
    lengths = [max(one["bbox"][2:]) for sample in draw("demo", 5, **options) for one in sample.annotations]
    assert max(areas) <= np.pi * most**2 * 1.05
    assert max(lengths) <= 2 * most * stretch**0.5 + 1


def test_a_cell_is_in_one_piece_with_its_middle(draw: Draw, masks: Decoded) -> None:
    for sample in draw("neurons", 2, families={"shsy5y": {"cells": 200}, "astro": {"cells": 0}}):
        for mask in masks(sample):
            assert _pieces(mask) == 1


def _pieces(mask: npt.NDArray[np.bool_]) -> int:
    """Count pieces plainly: pixels that hang together over their sides."""
    left, count = {(int(y), int(x)) for y, x in np.argwhere(mask)}, 0
    while left:
        waiting, count = [left.pop()], count + 1
        while waiting:
            y, x = waiting.pop()
            near = {(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)} & left
            left -= near
            waiting += near
    return count


def test_of_equal_discs_a_pixel_is_that_ones_whose_middle_is_nearest() -> None:
    disc = {"name": "disc", "radius_px": 12, "irregularity": 0}
    options = drawing(own=[disc], families={"disc": {"cells": 40}}, squeeze=0.4)
    cells = [cell for cell in scene(options, np.random.default_rng(1)).cells if min(cell.x, cell.y) > 0]
    middles = np.array([(cell.x + cell.shape.middle[0], cell.y + cell.shape.middle[1]) for cell in cells])
    for cell, middle in zip(cells, middles, strict=True):
        pixels = np.argwhere(cell.mask)[:, ::-1] + (cell.x, cell.y)
        away = np.hypot(*(pixels[:, None] - middles[None]).transpose(2, 0, 1))
        own = np.hypot(*(pixels - middle).T)
        assert (own <= away.min(axis=1) + 1e-3).all()
        assert own.max() <= 12
    assert len(cells) > 20
    assert sum(cell.mask.sum() < 400 for cell in cells) > 3


def test_a_sample_is_the_same_whoever_draws_it_and_whatever_was_drawn_before() -> None:
    options = domain.drawing("four", {"broken": 0.3})
    one, other = domain.open(options), domain.open(options)
    forwards = [one.draw(i, "train", np.random.default_rng([5, i])) for i in range(5)]
    backwards = [other.draw(i, "val", np.random.default_rng([5, i])) for i in reversed(range(5))]
    assert forwards == backwards[::-1]
    assert len({sample.members["png"] for sample in forwards}) == 5
    assert len({sample.image["group"] for sample in forwards}) == 5
    assert json.dumps([(sample.image, sample.annotations) for sample in forwards])


def test_the_policy_says_the_class() -> None:
    assert TABLE.names == ("cell",)
    assert table("four").names == ("class1", "class2", "class3", "class4")
    assert table("neurons").names == ("shsy5y", "astro", "cort")
    assert [one.id for one in table("four").categories] == [1, 2, 3, 4]


def test_of_four_classes_two_are_rare_and_each_is_its_familys(draw: Draw) -> None:
    names = dict(enumerate(table("four").names, 1))
    found = [one for sample in draw("four", 12) for one in sample.annotations]
    assert all(names[one["category_id"]] == one["family"] for one in found)
    counts = [sum(one["category_id"] == number for one in found) for number in names]
    assert min(counts[:2]) > 5 * max(counts[2:])
    assert min(counts) > 0


def test_a_picture_of_neurons_has_cells_of_one_kind(draw: Draw) -> None:
    kinds = [{one["category_id"] for one in sample.annotations} for sample in draw("neurons", 12)]
    assert all(len(kind) == 1 for kind in kinds)
    assert set.union(*kinds) == {1, 2, 3}


def test_cells_without_room_are_left_out_and_told() -> None:
    crowded = {"families": {"round": {"cells": 400}}}
    renderer = domain.open(domain.drawing("demo", crowded))
    sample = renderer.draw(3, "train", np.random.default_rng(0))
    told = renderer.left_out()["squeeze"]
    assert len(sample.annotations) + sample.image["left_out"] == 400
    assert len(set(told)) == len(told) == sample.image["left_out"] > 0
    assert renderer.left_out() == {"squeeze": []}


@pytest.mark.parametrize(
    ("preset", "options", "message"),
    [
        ("demo", {"families": {"sphere": {}}}, r"families: unknown sphere \(there are: astro, class1"),
        ("four", {"families": {"nucleus": {}}}, r"families: nucleus is no class of the policy four \(class1, class2"),
        ("demo", {"families": {"round": {"cells": 2000}, "nucleus": {"cells": 2001}}}, "less than or equal to 2000"),
        ("demo", {"families": {name: {"cells": 1400} for name in ("round", "nucleus", "cort")}}, "at most 4000 cells"),
        ("demo", {"width_px": [300, 200]}, "the least value must not exceed the greatest"),
        ("demo", {"own": [{"name": "own"}]}, r"own\.0\.radius_px.* is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(preset: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        domain.drawing(preset, options)
