"""Bonds and labels found within a tolerance."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maskline.contract.coco.average_precision import average_precision
from maskline.molecules.categories import AROMATIC, ATOM, DOUBLE, SINGLE
from maskline.molecules.scoring.blot import Blot
from maskline.molecules.scoring.tolerance import ANY_BOND, BONDS, within_tolerance

Entry = dict[str, Any]
LINE = (10, 10, 30, 2)
RAILS = ((10, 30, 30, 2), (10, 38, 30, 2))


def figures(truth: Entry, *results: Entry) -> dict[str, tuple[int, int, int]]:
    """Return row -> truths, found, detections, of rows that hold anything."""
    rows = within_tolerance(truth, results).rows
    counts = {name: (row["truths"], row["found"], row["detections"]) for name, row in rows.items()}
    return {name: count for name, count in counts.items() if any(count)}  # type: ignore[misc]


def test_a_line_beside_the_line_is_found_though_its_iou_is_low(
    mark: Callable[..., Entry], document: Callable[..., Entry]
) -> None:
    truth = document(mark(SINGLE, LINE, id=1, bbox=LINE, area=60))
    for shift, met in ((1, 1), (2, 1), (3, 0)):
        result = mark(SINGLE, (10, 10 + shift, 30, 2))
        assert average_precision(truth, [result], "segm", 100).ap50 == 0
        assert figures(truth, result)[SINGLE] == (1, met, 1)


def test_the_tolerance_grows_with_the_length(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    truth = document(mark(SINGLE, (10, 10, 100, 2)))  # 5 px
    assert figures(truth, mark(SINGLE, (10, 15, 100, 2)))[SINGLE] == (1, 1, 1)
    assert figures(truth, mark(SINGLE, (10, 17, 100, 2)))[SINGLE] == (1, 0, 1)


@pytest.mark.parametrize(
    ("box", "met"),
    [
        ((10, 10, 23, 2), 1),  # 23 and 2 more of 30 columns
        ((10, 10, 21, 2), 0),
        ((10, 10, 39, 2), 1),  # 30 and 2 more of 39
        ((10, 10, 41, 2), 0),
        ((10, 6, 30, 10), 0),  # broad as a wedge
    ],
)
def test_four_fifths_of_either_must_lie_along_the_other(
    mark: Callable[..., Entry], document: Callable[..., Entry], box: tuple[int, int, int, int], met: int
) -> None:
    assert figures(document(mark(SINGLE, LINE)), mark(SINGLE, box))[SINGLE] == (1, met, 1)


def test_one_line_of_a_double_bond_is_not_the_bond(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    assert figures(document(mark(DOUBLE, *RAILS)), mark(SINGLE, RAILS[0])) == {
        SINGLE: (0, 0, 1), DOUBLE: (1, 0, 0), BONDS: (1, 0, 1), ANY_BOND: (1, 0, 1)
    }  # fmt: skip


def test_a_bond_of_another_class_is_found_as_a_bond_only(
    mark: Callable[..., Entry], document: Callable[..., Entry]
) -> None:
    truth = document(mark(DOUBLE, *RAILS), mark(ATOM, (60, 10, 8, 12)))
    found = figures(truth, mark(AROMATIC, *RAILS), mark(SINGLE, (60, 10, 8, 12)))
    assert found[ANY_BOND] == (1, 1, 2)
    assert found[BONDS] == (1, 0, 2)
    assert found[ATOM] == (1, 0, 0)  # a label is no bond


def test_a_bond_is_found_once_and_by_the_best_score(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    truth = document(mark(SINGLE, LINE))
    assert figures(truth, mark(SINGLE, LINE), mark(SINGLE, LINE, score=0.8))[SINGLE] == (1, 1, 2)
    near = (10, 13, 30, 2)  # within reach of the result, which agrees with LINE better
    rows = within_tolerance(document(mark(SINGLE, near), mark(SINGLE, LINE)), [mark(SINGLE, (10, 11, 30, 2))]).rows
    assert (rows[SINGLE]["recall"], rows[SINGLE]["precision"]) == (0.5, 1.0)


def test_unsure_predictions_do_not_count(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    truth = document(mark(ATOM, (60, 10, 8, 12)))
    assert figures(truth, mark(ATOM, (60, 10, 8, 12), score=0.499)) == {ATOM: (1, 0, 0)}
    assert figures(truth, mark(ATOM, (60, 10, 8, 12), score=0.5)) == {ATOM: (1, 1, 1)}


def test_what_lies_on_a_crowd_does_not_count(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    truth = document(mark(SINGLE, LINE), mark(SINGLE, *RAILS, iscrowd=1))
    assert figures(truth, mark(SINGLE, RAILS[0]), mark(SINGLE, LINE))[ANY_BOND] == (1, 1, 1)


def test_empty_masks_and_pictures_are_nobodys(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    truth = document(mark(SINGLE, LINE), images=2)
    assert figures(truth, mark(SINGLE), mark(SINGLE, LINE, image_id=2))[SINGLE] == (1, 0, 2)
    assert within_tolerance(truth, []).rows[ATOM] == dict.fromkeys(("recall", "precision")) | dict.fromkeys(
        ("truths", "found", "detections"), 0
    )


@pytest.mark.parametrize("reach", [1.0, 2.0, 2.5, 3.7])
def test_growing_agrees_with_the_plain_distance(reach: float) -> None:
    mask = np.random.default_rng(0).random((7, 9)) > 0.85
    grown = Blot(20, 10, mask).grown(reach)
    rows, columns = np.argwhere(mask).T
    for (row, column), inside in np.ndenumerate(grown.mask):
        y, x = row + grown.y - 10, column + grown.x - 20
        assert inside == bool((np.hypot(rows - y, columns - x) <= reach).any())
