"""Options are checked, and what has no effect is told."""

import pytest
from pydantic import ValidationError

from maskline.volumes.instances.config import CryoSiamInstances, remarks


def test_nothing_is_remarked_where_all_is_told_and_used() -> None:
    assert remarks(CryoSiamInstances(distance_type=1, boundary_bias=0.6)) == ()


def test_a_distance_that_was_not_chosen_is_told_with_its_two_defaults() -> None:
    (line,) = remarks(CryoSiamInstances())
    assert "0 is taken" in line
    assert "documentation says 1" in line


def test_a_bias_without_postprocessing_is_told() -> None:
    assert remarks(CryoSiamInstances(distance_type=0, boundary_bias=0.6, postprocessing=False)) == (
        "boundary_bias 0.6 has no effect: postprocessing is off",
    )
    assert remarks(CryoSiamInstances(distance_type=0, postprocessing=False)) == ()


def test_centres_cannot_end_before_they_begin() -> None:
    with pytest.raises(ValidationError, match=r"max_center_distance 1\.0 is below min_center_distance 2\.0"):
        CryoSiamInstances(min_center_distance=2, max_center_distance=1)
