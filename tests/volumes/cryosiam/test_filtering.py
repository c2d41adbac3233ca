"""Instances that touch semantic labels, against scipy's distances."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from maskline.contract.errors import InvalidInput
from maskline.volumes.cryosiam.filtering import keep_touching
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.voxels import InMemory

Configure = Callable[..., Path]
Both = tuple[NDArray[np.uint32], NDArray[np.uint8]]
SHAPE = (24, 20, 40)


@pytest.fixture
def instances(tmp_path: Path) -> NDArray[np.uint32]:
    labels, _ = ndimage.label(np.random.default_rng(3).random(SHAPE) < 0.1)
    found: NDArray[np.uint32] = labels.astype(np.uint32)
    (tmp_path / "instance").mkdir()
    for name in ("TS_01", "TS_02"):
        with h5py.File(tmp_path / f"instance/{name}_instance_preds.h5", "w") as file:
            file["instances"] = found
    return found


@pytest.fixture
def semantic(tmp_path: Path) -> NDArray[np.uint8]:
    classes = np.zeros(SHAPE, np.uint8)
    classes[5:9, 5:9, 5:9], classes[14:16, 2:5, 30:36], classes[0, 0, 0] = 1, 2, 3
    (tmp_path / "semantic").mkdir()
    with h5py.File(tmp_path / "semantic/TS_01_preds.h5", "w") as file:
        file["labels"] = classes
    write_volume(tmp_path / "semantic/TS_01.mrc", Opened(InMemory(classes)))
    return classes


@pytest.fixture
def both(instances: NDArray[np.uint32], semantic: NDArray[np.uint8]) -> Both:
    return instances, semantic


def by_hand(
    instances: NDArray[np.uint32], semantic: NDArray[np.uint8], labels: list[int], voxels: int
) -> NDArray[np.uint32]:
    near = ndimage.distance_transform_edt(~np.isin(semantic, labels)) <= voxels
    return np.where(np.isin(instances, np.unique(instances[near])), instances, 0)


def filtered(path: Path) -> NDArray[Any]:
    with h5py.File(path) as file:
        values: NDArray[Any] = file["instances"][()]
    return values


@pytest.mark.parametrize("extension", [".h5", ".mrc"])
@pytest.mark.parametrize("wanted", [([1], 0), ([1], 2), ([2], 3), ([1, 2], 1)])
def test_it_keeps_what_scipy_says_touches(
    configure: Configure, tmp_path: Path, both: Both, wanted: tuple[list[int], int], extension: str
) -> None:
    config = configure(
        filtering_mask_folder=str(tmp_path / "semantic"),
        filtering_mask_labels=wanted[0],
        filtering_mask_expand_voxels=wanted[1],
        filtering_mask_extension=extension,
    )

    (line,) = keep_touching(config, "TS_01.mrc")

    expected = by_hand(*both, *wanted)
    assert 0 < len(np.unique(expected)) < len(np.unique(both[0]))
    assert (filtered(tmp_path / "instance_filtered/TS_01_instance_preds.h5") == expected).all()
    assert line.endswith(f"{len(np.unique(expected)) - 1} of {len(np.unique(both[0])) - 1} instances")


@pytest.mark.usefixtures("both")
def test_a_slash_behind_the_folder_changes_nothing(configure: Configure, tmp_path: Path) -> None:
    own = {"filtering_mask_folder": str(tmp_path / "semantic"), "filtering_mask_labels": [1]}
    list(keep_touching(configure(prediction_folder=f"{tmp_path}/instance/", **own), "TS_01.mrc"))

    assert (tmp_path / "instance_filtered/TS_01_instance_preds.h5").exists()


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, "filtering_mask_folder is missing"),
        ({"filtering_mask_folder": "semantic"}, "filtering_mask_labels is missing"),
        ({"filtering_mask_folder": "gone", "filtering_mask_labels": [1]}, r"not there: gone/TS_01_preds\.h5, gone/TS_"),
        (
            {"filtering_mask_folder": "gone", "filtering_mask_labels": [1], "filtering_mask_extension": ".rec"},
            r"not there: gone/TS_01\.rec, gone/TS_02\.rec",
        ),
    ],
)
def test_what_cannot_be_filtered_is_one_error(
    configure: Configure, tmp_path: Path, changed: dict[str, Any], rule: str
) -> None:
    with pytest.raises(InvalidInput, match=rule):
        list(keep_touching(configure(**changed), ""))

    assert not (tmp_path / "instance_filtered").exists()


@pytest.mark.usefixtures("instances")
def test_semantic_labels_of_another_shape_are_told(configure: Configure, tmp_path: Path) -> None:
    write_volume(tmp_path / "semantic/TS_01.mrc", Opened(InMemory(np.ones((2, 3, 4), np.uint8))))
    own = {"filtering_mask_folder": str(tmp_path / "semantic"), "filtering_mask_extension": ".mrc"}

    with pytest.raises(
        InvalidInput, match=r"the instances are \(24, 20, 40\) voxels and the semantic labels \(2, 3, 4\)"
    ):
        list(keep_touching(configure(filtering_mask_labels=[1], **own), "TS_01.mrc"))
