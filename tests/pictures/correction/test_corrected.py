"""Masks put right: a disc with a hole, a piece that lies apart, slivers, the same instance twice."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.pictures.correction.config import MaskRules, by_category
from maskline.pictures.correction.corrected import corrected
from maskline.pictures.correction.faults import Faults, told

SIDE = 64
Mask = NDArray[np.bool_]
EVERYTHING = MaskRules(holes="fill", fragment_share=0.5, sliver_px=3, double_iou=0.8)


def disc(x: int, y: int, radius: float) -> Mask:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return np.asarray(np.hypot(columns - x, rows - y) <= radius)


def label(mask: Mask, category: int = 1, **fields: Any) -> dict[str, Any]:
    code = rle.encode(mask)
    return {"category_id": category, "segmentation": code, "bbox": rle.bbox(code), **fields}


def masks(instances: list[dict[str, Any]]) -> list[list[list[bool]]]:
    return [rle.decode(instance["segmentation"]).tolist() for instance in instances]


def test_a_hole_is_filled_and_the_area_taken_anew() -> None:
    whole, hole = disc(30, 30, 12), disc(32, 30, 3)
    (mended,), faults = corrected([label(whole & ~hole, area=7, id=5)], {1: MaskRules(holes="fill")})
    assert masks([mended]) == [whole.tolist()]
    assert (mended["area"], mended["id"]) == (int(whole.sum()), 5)
    assert faults == {(1, "masks"): 1, (1, "holes"): 1}


def test_a_hole_larger_than_the_limit_stays_and_is_no_fault() -> None:
    small, large = disc(24, 30, 1), disc(34, 30, 3)  # 5 and 29 pixels
    broken = label(disc(30, 30, 12) & ~small & ~large)
    (mended,), faults = corrected([broken], {1: MaskRules(holes="fill", largest_hole_px=28)})
    assert masks([mended]) == [(disc(30, 30, 12) & ~large).tolist()]
    assert faults[1, "holes"] == 1
    unchanged, faults = corrected([broken], {1: MaskRules(holes="fill", largest_hole_px=4)})
    assert (unchanged[0] is broken, faults[1, "holes"]) == (True, 0)


def test_a_bay_is_no_hole_and_a_gap_at_a_corner_lets_nothing_in() -> None:
    ring = disc(30, 30, 12) & ~disc(30, 30, 8)
    bay = ring.copy()
    bay[30, 30:] = False
    (open_one, _), faults = corrected([label(bay), label(ring)], {1: MaskRules(holes="fill")})
    assert masks([open_one]) == [bay.tolist()]
    assert faults[1, "holes"] == 1
    diamond = np.zeros((SIDE, SIDE), bool)
    diamond[[9, 10, 10, 11], [10, 9, 11, 10]] = True
    (filled,), _ = corrected([label(diamond)], {1: MaskRules(holes="fill")})
    assert rle.area(filled["segmentation"]) == 5


def test_small_parts_go_and_the_box_follows() -> None:
    whole, crumb = disc(20, 30, 8), disc(50, 30, 1)  # 197 and 5 pixels
    broken = label(whole | crumb)
    for rules in (MaskRules(fragment_px=6), MaskRules(fragment_share=0.025)):
        (mended,), faults = corrected([broken], {1: rules})
        assert masks([mended]) == [whole.tolist()]
        assert mended["bbox"] == [12, 22, 17, 17]
        assert faults[1, "fragments"] == 1
    for rules in (MaskRules(fragment_px=5), MaskRules(fragment_share=0.024)):
        assert corrected([broken], {1: rules})[0] == [broken]


def test_the_largest_part_stays_however_small_it_is() -> None:
    (mended,), _ = corrected([label(disc(10, 10, 1) | disc(40, 40, 2))], {1: MaskRules(fragment_px=1000)})
    assert masks([mended]) == [disc(40, 40, 2).tolist()]


def test_a_mask_without_a_square_of_the_side_is_a_sliver() -> None:
    line = np.zeros((SIDE, SIDE), bool)
    line[10:12, 5:40] = True
    thicker = line.copy()
    thicker[12, 5:8] = True
    kept, faults = corrected([label(line), label(thicker)], {1: MaskRules(sliver_px=3)})
    assert masks(kept) == [thicker.tolist()]
    assert faults == {(1, "masks"): 2, (1, "slivers"): 1}


def test_of_doubles_the_better_score_stays_and_without_scores_the_larger_mask() -> None:
    small, large, apart = disc(30, 30, 10), disc(30, 30, 11), disc(30, 50, 11)  # 317 of 377 pixels: an IoU of .84
    rules = {1: MaskRules(double_iou=0.84)}
    assert masks(corrected([label(small), label(large), label(apart)], rules)[0]) == [large.tolist(), apart.tolist()]
    scored, faults = corrected([label(small, score=0.9), label(large, score=0.8)], rules)
    assert masks(scored) == [small.tolist()]
    assert faults[1, "doubles"] == 1
    assert len(corrected([label(small), label(large)], {1: MaskRules(double_iou=0.85)})[0]) == 2


def test_what_is_left_out_as_a_double_makes_no_other_a_double() -> None:
    chain = [label(disc(30 + 2 * n, 30, 10), score=0.9 - n / 10) for n in range(3)]  # neighbours have an IoU of .77
    kept, _ = corrected(chain, {1: MaskRules(double_iou=0.7)})
    assert kept == [chain[0], chain[2]]


def test_doubles_are_found_among_more_masks_than_are_compared_at_once() -> None:
    places = [(x, y) for y in range(1, 61, 3) for x in range(1, 61, 3)]  # 400, apart from each other
    once = [label(disc(x, y, 1)) for x, y in places]
    kept, faults = corrected([*once, *once[::-1]], {1: MaskRules(double_iou=1)})
    assert kept == once
    assert faults == {(1, "masks"): 800, (1, "doubles"): 400}


def test_classes_without_rules_and_crowds_stay_as_they_are() -> None:
    ring = disc(30, 30, 12) & ~disc(30, 30, 8)
    theirs = [label(ring, 2), label(ring, 2), label(ring, 1, iscrowd=1), label(ring, 1, iscrowd=1)]
    kept, faults = corrected(theirs, {1: EVERYTHING})
    assert kept == theirs
    assert not faults


def test_rules_are_by_name_and_all_stands_for_the_classes_that_are_not_named() -> None:
    named = [(2, "astro"), (5, "cort"), (7, "neuron")]
    table = CategoryTable(
        domain="cells", policy="1", categories=tuple(Category(id=i, name=n, colour="#aa0000") for i, n in named)
    )
    fill, plain = MaskRules(holes="fill"), MaskRules()
    assert by_category({"cort": fill}, table) == {5: fill}
    assert by_category({"all": fill, "cort": plain}, table) == {2: fill, 5: plain, 7: fill}
    with pytest.raises(InvalidInput, match=r"'glia': there is no such class \(there are: astro, cort, neuron, all\)"):
        by_category({"glia": fill}, table)


def test_faults_are_told_class_by_class() -> None:
    faults = Faults({(1, "masks"): 1200, (1, "holes"): 2, (2, "masks"): 5, (1, "doubles"): 1})
    assert list(told(faults + faults, {2: "cort", 1: "astro"})) == ["astro, 2,400 masks: holes 4, doubles 2"]


@pytest.mark.parametrize("seed", range(10))
def test_what_was_broken_comes_back_as_it_was(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = [disc(x, y, 6 + 2 * rng.random()) for y in (10, 30, 50) for x in (10, 30, 50)]
    broken = [label(mask, id=number) for number, mask in enumerate(true)]
    for number in rng.choice(9, 4, replace=False):
        inner = ndimage.binary_erosion(true[number], iterations=2)
        broken[number] = label(true[number] & ~(inner & (rng.random((SIDE, SIDE)) < 0.3)), id=int(number))
    sliver = np.zeros((SIDE, SIDE), bool)
    sliver[20, 5:50] = True
    shrunk = [label(ndimage.binary_erosion(true[number], np.ones((2, 1)))) for number in rng.choice(9, 2)]
    mended, faults = corrected([*broken, label(sliver), *shrunk], {1: EVERYTHING})
    assert masks(mended) == [mask.tolist() for mask in true]
    assert (faults[1, "holes"], faults[1, "slivers"], faults[1, "doubles"]) == (4, 1, 2)
