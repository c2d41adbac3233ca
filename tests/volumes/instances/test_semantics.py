"""Semantic labels in the foreground's place, and instances kept by what they touch."""

import numpy as np
import pytest
from skimage.segmentation import expand_labels

from maskline.contract.errors import InvalidInput
from maskline.volumes.instances.config import Instances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.instances.semantics import Labelled, touching
from maskline.volumes.voxels import InMemory


def test_instances_are_found_in_the_labels_that_are_named() -> None:
    semantic = np.zeros((5, 5, 24), np.int8)
    semantic[:, :, 1:6], semantic[:, :, 9:14], semantic[:, :, 17:22] = 1, 2, 3
    deep = InMemory(np.full(semantic.shape, 3, np.float32))
    found = segment(Maps(Labelled(InMemory(semantic), (3, 1)), deep, deep), Instances(threshold_foreground=1))
    assert found[2, 2].tolist() == [0] + [1] * 5 + [0] * 11 + [2] * 5 + [0] * 2


def test_instances_are_kept_with_their_numbers_by_what_lies_near() -> None:
    instances = np.array([[[1, 1, 0, 2, 0, 0, 3, 3]]], np.int32)
    semantic = InMemory(np.array([[[0, 0, 0, 0, 4, 0, 0, 0]]]))
    assert touching(instances, semantic, (4,), 0).ravel().tolist() == [0] * 8
    assert touching(instances, semantic, (4,), 1).ravel().tolist() == [0, 0, 0, 2, 0, 0, 0, 0]
    assert touching(instances, semantic, (4,), 2).ravel().tolist() == [0, 0, 0, 2, 0, 0, 3, 3]
    assert touching(instances, semantic, (5,), 2).ravel().tolist() == [0] * 8


@pytest.mark.parametrize("within", [0, 1, 1.5, 2, 3])
def test_nearness_is_that_of_expanded_labels_across_slabs(within: float) -> None:
    rng = np.random.default_rng(1)
    instances = rng.integers(0, 400, (70, 6, 7)).astype(np.int32)
    semantic = (rng.random(instances.shape) < 0.02).astype(np.int8)
    near = expand_labels(semantic, within) == 1
    expected = np.where(np.isin(instances, instances[near]), instances, 0)
    assert np.array_equal(touching(instances, InMemory(semantic), (1,), within), expected)


def test_volumes_of_two_shapes_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"\(1, 2, 3\).*\(1, 2, 4\)"):
        touching(np.zeros((1, 2, 3), np.int32), InMemory(np.zeros((1, 2, 4))), (1,), 2)
