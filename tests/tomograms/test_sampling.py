"""Blurring, weighing and sampling densities is what scipy makes of it."""

import numpy as np
import pytest
from scipy import ndimage

from maskline.tomograms.complexes.orientation import rotation
from maskline.tomograms.complexes.sampling import middle_of_mass, sampled, smoothed


@pytest.mark.parametrize("deviation", [0.05, 0.7, 1.5, 4, 9])
def test_smoothing_is_a_gaussian_filter_between_mirrors(deviation: float) -> None:
    values = np.random.default_rng(0).random((9, 20, 31))
    found = smoothed(values, deviation)
    assert found == pytest.approx(ndimage.gaussian_filter(values, deviation), abs=1e-12)
    assert found.sum() == pytest.approx(values.sum())


def test_the_middle_of_mass_is_where_scipy_has_it() -> None:
    values = np.random.default_rng(0).random((9, 20, 31)).astype(np.float32) ** 8
    assert middle_of_mass(values) == pytest.approx(ndimage.center_of_mass(values.astype(np.float64)))


@pytest.mark.parametrize("scale", [0.4, 1, 2.3])
def test_sampling_is_an_affine_transform_of_order_1(scale: float) -> None:
    rng = np.random.default_rng(0)
    values = np.pad(rng.random((15, 15, 15)).astype(np.float32), 1)
    for _ in range(5):
        matrix = (scale * np.array(rotation(rng))).tolist()
        z, y, x = (8 - np.array(matrix) @ [9.5, 9.5, 9.5] + rng.normal(0, 2, 3)).tolist()  # the middles lie near
        wanted = ndimage.affine_transform(values, np.array(matrix), (z, y, x), output_shape=(20, 20, 20), order=1)
        found = sampled(values, matrix, (z, y, x), 20)
        assert found == pytest.approx(wanted, abs=1e-6)
        assert found.dtype == np.float32
        assert (found > 0).any()


def test_at_voxels_a_sample_is_the_voxel_and_halfway_the_mean_of_both() -> None:
    values = np.zeros((5, 5, 5), np.float32)
    values[2, 2, 1:4] = 1, 3, 5
    still = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert (sampled(values, still, (0, 0, 0), 5) == values).all()
    assert sampled(values, still, (0, 0, 0.5), 4)[2, 2].tolist() == [0.5, 2, 4, 2.5]
