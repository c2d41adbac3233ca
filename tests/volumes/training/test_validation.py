"""Average precision while training, by hand."""

import numpy as np
import pytest

from maskline.volumes.evaluation.precision import average_precision
from maskline.volumes.training.validation import compared, figures


def test_overlap_and_score_of_what_is_found_by_hand() -> None:
    labels = np.array([[[1, 1, 1, 1, 0, 2, 2, 0]]], np.int32)
    found = np.array([[[1, 1, 1, 0, 0, 0, 2, 2]]], np.int32)
    chances = np.array([[[1, 1, 0.5, 0, 0, 0, 0.5, 0.25]]], np.float32)

    one, other = compared(labels, found, chances)

    assert one == {"score": pytest.approx(2.5 / 3), "iou": pytest.approx(3 / 4), "area": 3}
    assert other == {"score": pytest.approx(0.375), "iou": pytest.approx(1 / 3), "area": 2}


def test_half_of_the_labels_found_first_is_half_the_precision() -> None:
    # 51 of the 101 recalls are 0.5 or less.
    assert average_precision(np.array([True]), 2) == pytest.approx(51 / 101)
    assert average_precision(np.array([False, True]), 1) == pytest.approx(0.5)
    assert average_precision(np.zeros(0, bool), 3) == 0


def test_an_overlap_of_three_quarters_counts_up_to_there() -> None:
    found = figures([{"score": 0.9, "iou": 0.76, "area": 3}], 1)

    assert found == {"ap50": 1, "ap75": 1, "ap": pytest.approx(0.6), "recall50": 1}


def test_without_labels_there_is_no_precision() -> None:
    assert set(figures([], 0).values()) == {None}


def test_nothing_found_is_nothing_right() -> None:
    assert compared(np.ones((2, 2, 2), np.int32), np.zeros((2, 2, 2), np.int32), np.zeros((2, 2, 2), np.float32)) == []
    assert figures([], 3)["ap50"] == 0
