"""Small networks and volumes that all tests of volumes share."""

import numpy as np
import pytest

from maskline.contract.categories import Category, CategoryTable
from maskline.volumes.spec import VolumeSpec


@pytest.fixture
def table() -> CategoryTable:
    categories = (Category(id=1, name="complex", colour="#336699"),)
    return CategoryTable(domain="tomograms", policy="tests", categories=categories)


@pytest.fixture
def spec(table: CategoryTable) -> VolumeSpec:
    return VolumeSpec(
        architecture="unet",
        categories=table,
        channels=(4, 8),
        pyramid_channels=8,
        feature_channels=8,
        distance_limit_voxels=5,
    )


@pytest.fixture
def two_cubes() -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    """Instances 7 and 9: two cubes of 6 voxels a side that touch along x."""
    labels = np.zeros((12, 12, 16), np.uint32)
    labels[3:9, 3:9, 2:8], labels[3:9, 3:9, 8:14] = 7, 9
    return labels
