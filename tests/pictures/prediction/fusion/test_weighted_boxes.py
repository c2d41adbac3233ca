"""Boxes and masks that become their mean."""

from typing import Any

import numpy as np
import pytest

from maskline.contract.coco import rle
from maskline.pictures.prediction.fusion.weighted_boxes import weighted_boxes

Row = tuple[int, float, float, float, float, float]
"""Category id, score, x, y, w, h."""

SIGHTS: list[list[Row]] = [
    [
        (2, 0.493, 48.0, 31.0, 5.0, 10.0),
        (1, 0.285, 28.0, 38.0, 10.0, 8.0),
        (2, 0.241, 41.0, 9.0, 14.0, 11.0),
        (1, 0.197, 3.0, 15.0, 17.0, 13.0),
        (1, 0.855, 16.0, 45.0, 14.0, 11.0),
        (2, 0.564, 45.0, 0.0, 15.0, 13.0),
        (1, 0.618, 22.0, 42.0, 15.0, 20.0),
        (2, 0.193, 5.0, 40.0, 16.0, 17.0),
    ],
    [
        (2, 0.625, 33.0, 44.0, 19.0, 9.0),
        (1, 0.468, 28.0, 38.0, 11.0, 11.0),
        (2, 0.969, 39.0, 9.0, 16.0, 11.0),
        (1, 0.88, 0.0, 13.0, 20.0, 10.0),
        (1, 0.948, 13.0, 43.0, 10.0, 15.0),
        (1, 0.932, 26.0, 40.0, 11.0, 19.0),
        (2, 0.659, 4.0, 37.0, 15.0, 16.0),
    ],
    [
        (2, 0.278, 49.0, 29.0, 6.0, 14.0),
        (2, 0.57, 34.0, 46.0, 19.0, 10.0),
        (1, 0.404, 28.0, 38.0, 11.0, 7.0),
        (2, 0.675, 39.0, 13.0, 14.0, 9.0),
        (1, 0.377, 4.0, 13.0, 19.0, 12.0),
        (1, 0.543, 16.0, 42.0, 13.0, 15.0),
        (2, 0.765, 5.0, 39.0, 19.0, 16.0),
    ],
]
FUSED: dict[float, list[Row]] = {
    0.4: [
        (2, 0.628333, 39.26, 10.43, 15.03, 10.28),
        (2, 0.539, 4.59, 38.3, 17.01, 16.12),
        (1, 0.516667, 24.41, 40.8, 12.59, 19.4),
        (1, 0.484667, 1.44, 13.27, 19.33, 10.93),
        (1, 0.466, 16.0, 43.83, 13.61, 12.55),
        (2, 0.398333, 33.48, 44.95, 19.0, 9.48),
        (1, 0.385667, 28.0, 38.0, 10.75, 8.86),
        (1, 0.316, 13.0, 43.0, 10.0, 15.0),
        (2, 0.257, 48.36, 30.28, 5.36, 11.44),
        (2, 0.188, 45.0, 0.0, 15.0, 13.0),
    ],
    0.55: [
        (2, 0.539, 4.59, 38.3, 17.01, 16.12),
        (1, 0.516667, 24.41, 40.8, 12.59, 19.4),
        (1, 0.466, 16.0, 43.83, 13.61, 12.55),
        (1, 0.419, 1.2, 13.0, 19.7, 10.6),
        (2, 0.403333, 39.4, 9.0, 15.6, 11.0),
        (1, 0.385667, 28.0, 38.0, 10.75, 8.86),
        (1, 0.316, 13.0, 43.0, 10.0, 15.0),
        (2, 0.225, 39.0, 13.0, 14.0, 9.0),
        (2, 0.208333, 33.0, 44.0, 19.0, 9.0),
        (2, 0.19, 34.0, 46.0, 19.0, 10.0),
        (2, 0.188, 45.0, 0.0, 15.0, 13.0),
        (2, 0.164333, 48.0, 31.0, 5.0, 10.0),
        (2, 0.092667, 49.0, 29.0, 6.0, 14.0),
        (1, 0.065667, 3.0, 15.0, 17.0, 13.0),
    ],
}
"""What ensemble-boxes 1.0.9 makes of SIGHTS at an IoU, given the boxes as shares of a picture of 100 x 80 pixels."""


def instance(row: Row, mask: rle.Mask | None = None) -> dict[str, Any]:
    category, score, x, y, w, h = row
    drawn = np.zeros((80, 100), bool)
    drawn[round(y) : round(y + h), round(x) : round(x + w)] = True
    code = rle.encode(drawn if mask is None else mask)
    return {"category_id": category, "score": score, "bbox": [x, y, w, h], "segmentation": code}


def masks(*rows: str) -> list[rle.Mask]:
    return [np.array([[letter == "x" for letter in row]]) for row in rows]


def mean_mask(*members: tuple[float, str]) -> str:
    """Return the mask that members, score and mask of one line of pixels, are put together to."""
    box = (0.0, 0.0, 10.0, 1.0)
    sights = [[instance((1, score, *box), mask)] for score, line in members for mask in masks(line)]
    (fused,) = weighted_boxes(sights, 0.5)
    return "".join("x" if inside else "." for inside in rle.decode(fused["segmentation"])[0])


@pytest.mark.parametrize("iou", [0.4, 0.55])
def test_boxes_and_scores_are_those_of_the_authors_package(iou: float) -> None:
    fused = weighted_boxes([[instance(row) for row in sight] for sight in SIGHTS], iou)
    found = [(each["category_id"], each["score"], *each["bbox"]) for each in fused]
    assert len(found) == len(FUSED[iou])
    for ours, theirs in zip(found, FUSED[iou], strict=True):
        assert ours == pytest.approx(theirs, abs=0.011)


def test_two_boxes_become_their_mean_by_scores() -> None:
    # An IoU of 9 / 11; (3 * 10 + 1 * 11) / 4 = 10.25.
    (fused,) = weighted_boxes([[instance((1, 0.9, 10, 20, 10, 8))], [instance((1, 0.3, 11, 20, 10, 8))]], 0.5)
    assert (fused["bbox"], fused["score"]) == ([10.25, 20, 10, 8], 0.6)


def test_what_one_of_two_sights_found_has_half_its_score() -> None:
    alone = instance((1, 0.8, 10, 20, 10, 8))
    assert weighted_boxes([[alone], []], 0.5) == [alone | {"score": 0.4}]
    assert weighted_boxes([[alone]], 0.5) == [alone]


def test_what_one_sight_found_twice_counts_as_found_once_at_most() -> None:
    twice = [instance((1, 0.8, 10, 20, 10, 8)), instance((1, 0.6, 10, 20, 10, 8))]
    (fused,) = weighted_boxes([twice], 0.5)
    assert fused["score"] == 0.7


def test_a_pixel_is_inside_from_half_of_the_scores_on() -> None:
    assert mean_mask((0.8, "xxxx......"), (0.5, "..xxxx....")) == "xxxx......"
    assert mean_mask((0.5, "xxxx......"), (0.5, "..xxxx....")) == "xxxxxx...."
    assert mean_mask((0.5, "xxxx......"), (0.4, "..xxxx...."), (0.3, "..xxx.....")) == "..xxx....."


def test_masks_that_never_meet_leave_the_surest_one() -> None:
    assert mean_mask((0.5, "xx........"), (0.4, "....xx...."), (0.3, ".......xx.")) == "xx........"


def test_scores_of_zero_are_means_too() -> None:
    both = [[instance((1, 0.0, 10, 20, 10, 8))], [instance((1, 0.0, 11, 20, 10, 8))]]
    (fused,) = weighted_boxes(both, 0.5)
    assert fused == both[0][0]
