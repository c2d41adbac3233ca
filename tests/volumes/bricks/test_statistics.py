"""Statistics of a whole volume are exact, however it is cut."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, from_dtype
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.bricks import grid
from maskline.volumes.bricks.statistics import statistics_of
from maskline.volumes.voxels import InMemory

VALUES = st.sampled_from(["?", "u1", "i1", "u2", "<i2", ">i2", "u4", "i4", "f2", "<f4", ">f4"]).flatmap(
    lambda name: arrays(
        np.dtype(name),
        st.tuples(*[st.integers(1, 12)] * 3),
        elements=from_dtype(np.dtype(name), allow_nan=False, allow_infinity=False),
    )
)


def smallest(values: NDArray[Any], thousandths: int) -> float:
    """Return the smallest value that so many thousandths of all are at most."""
    ordered: list[float] = sorted(values.reshape(-1).tolist())
    return next(value for number, value in enumerate(ordered, 1) if 1000 * number >= thousandths * len(ordered))


def test_percentiles_are_values_of_the_volume_counted_by_hand() -> None:
    values = np.random.default_rng(0).permutation(np.arange(-1000, 1000, dtype=np.int16)).reshape(10, 10, 20)

    found = statistics_of(InMemory(values))

    assert (found.low, found.high, found.mean) == (-999, 997, -0.5)  # the 2nd and the 1,998th of 2,000
    assert found.std == pytest.approx(np.sqrt((2000**2 - 1) / 12), rel=1e-15)


@settings(deadline=None, max_examples=40)
@given(VALUES)
def test_they_agree_with_counting_and_numpy(values: NDArray[Any]) -> None:
    found = statistics_of(InMemory(values))

    assert (found.low, found.high) == (smallest(values, 1), smallest(values, 999))
    assert found.mean == pytest.approx(values.mean(dtype=np.float64), rel=1e-12, abs=1e-30)
    assert found.std == pytest.approx(values.std(dtype=np.float64), rel=1e-9, abs=1e-30)


@pytest.mark.parametrize("dtype", [np.float64, np.uint64, np.int64])
def test_wide_values_are_ranked_to_the_last_bit(dtype: type) -> None:
    values: NDArray[Any] = np.random.default_rng(1).integers(0, 2**52, (20, 10, 10)).astype(dtype)

    found = statistics_of(InMemory(values))

    assert (found.low, found.high) == (smallest(values, 1), smallest(values, 999))


def test_bricks_of_any_size_give_the_same_percentiles_and_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    volume = InMemory(np.random.default_rng(2).normal(5, 2, (30, 20, 25)).astype(np.float32))
    whole = statistics_of(volume)

    monkeypatch.setattr(grid, "BRICK", 7)

    cut = statistics_of(volume)
    assert (cut.low, cut.high) == (whole.low, whole.high)
    assert (cut.mean, cut.std) == pytest.approx((whole.mean, whole.std), rel=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_finite_numbers_are_refused(value: float) -> None:
    values = np.zeros((3, 4, 5))
    values[1, 2, 3] = value

    with pytest.raises(InvalidInput, match="some are no finite numbers"):
        statistics_of(InMemory(values))
