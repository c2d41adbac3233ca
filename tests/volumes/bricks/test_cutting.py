"""A volume cut into bricks is the same volume, and every brick says where it is from and what it holds."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.bricks import grid
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.bricks.grid import BRICK, bricks_of
from maskline.volumes.bricks.instances import ids_of, parts_of
from maskline.volumes.bricks.reading import BrickedVolume, decode_labels, decode_mask, decode_raw, decode_semantic
from maskline.volumes.voxels import Box, InMemory, Shape, whole

SHAPES = st.tuples(*[st.integers(1, 17)] * 3)


@pytest.fixture
def small_bricks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "BRICK", 5)


@settings(deadline=None, max_examples=40)
@given(st.tuples(*[st.integers(1, 400)] * 3))
def test_bricks_hold_each_voxel_once_and_differ_by_one_along_a_side(shape: Shape) -> None:
    boxes = bricks_of(shape)

    for axis in range(3):
        sides = sorted({(box.start[axis], box.stop[axis]) for box in boxes})
        assert [start for start, _ in sides] == [0, *(stop for _, stop in sides[:-1])]
        assert sides[-1][1] == shape[axis]
        sizes = {stop - start for start, stop in sides}
        assert max(sizes) <= BRICK
        assert max(sizes) - min(sizes) <= 1
    assert [box.start for box in boxes] == sorted(box.start for box in boxes)
    assert sum(np.prod(box.shape) for box in boxes) == np.prod(shape)


def test_a_volume_of_a_brick_is_one_and_a_voxel_more_makes_two_halves() -> None:
    assert bricks_of((128, 10, 128)) == [whole((128, 10, 128))]
    assert [box.shape for box in bricks_of((130, 10, 10))] == [(65, 10, 10), (65, 10, 10)]


@pytest.mark.usefixtures("small_bricks")
def test_what_is_cut_is_put_together_again_member_by_member() -> None:
    rng = np.random.default_rng(0)
    shape = (7, 11, 6)
    arrays_of = {
        "raw": rng.normal(size=shape).astype(np.float32),
        "labels": rng.integers(0, 2**32, shape, np.uint32),
        "mask": rng.integers(0, 2, shape, np.uint8),
        "semantic": rng.integers(0, 2**16, shape, np.uint16),
    }
    raw, labels, mask, semantic = map(InMemory, arrays_of.values())
    samples = list(samples_of(Volume("a", raw, labels, mask, semantic)))

    volume = BrickedVolume.of_samples(samples)

    assert len(samples) == 2 * 3 * 2
    for name, values in arrays_of.items():
        member = volume.member(name)  # type: ignore[arg-type]
        assert member is not None
        assert member.dtype == values.dtype
        assert member.read(whole(shape)).tobytes() == values.tobytes()


@settings(deadline=None, max_examples=40)
@given(SHAPES, st.data())
def test_a_box_anywhere_is_what_the_array_holds_there(shape: Shape, data: st.DataObject) -> None:
    values = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "BRICK", 5)
        volume = BrickedVolume.of_samples(list(samples_of(Volume("a", InMemory(values)))))
    start = data.draw(st.tuples(*(st.integers(0, side - 1) for side in shape)))
    stop = data.draw(st.tuples(*(st.integers(at + 1, side) for at, side in zip(start, shape, strict=True))))
    box = Box(start, stop)

    assert volume.read(box).tolist() == values[box.slices].tolist()


def test_a_sample_tells_of_its_volume_and_of_its_instances() -> None:
    raw = np.zeros((4, 5, 6), np.uint8)
    labels = np.zeros((4, 5, 6), np.int64)
    labels[1:3, 2, 4:6] = 70_000
    labels[0, 0, 0] = 3
    volume = Volume(
        "grid/a.1", InMemory(raw), InMemory(labels), voxel_size_a=(10, 9.5, 8), category_id=2, category_ids={3: 7}
    )

    (sample,) = samples_of(volume, 4)

    assert sample.stem == "grid/a.1-0-0-0"
    assert sample.image == {
        "id": 5,
        "file_name": "grid/a.1-0-0-0.raw",
        "group": "grid/a.1",
        "volume": "grid/a.1",
        "volume_shape": [4, 5, 6],
        "start": [0, 0, 0],
        "shape": [4, 5, 6],
        "voxel_size_a": [10, 9.5, 8],
        "origin_a": None,
        "mean": 0.0,
        "std": 0.0,
        "low": 0.0,
        "high": 0.0,
    }
    common = {"image_id": 5, "iscrowd": 0}
    assert sample.annotations == [
        {"id": 50_001, "category_id": 7, "instance": 3, "bbox": [0, 0, 0, 1, 1, 1], "area": 1, **common},
        {"id": 50_002, "category_id": 2, "instance": 70_000, "bbox": [1, 2, 4, 2, 1, 2], "area": 4, **common},
    ]
    assert decode_raw(sample).dtype == np.uint8
    assert decode_mask(sample) is decode_semantic(sample) is None
    told = decode_labels(sample)
    assert told is not None
    assert told.dtype == np.uint32
    assert told.tolist() == labels.tolist()


@pytest.mark.usefixtures("small_bricks")
def test_an_instance_in_several_bricks_is_told_in_each_of_them() -> None:
    labels = np.zeros((6, 4, 4), np.uint8)
    labels[1:5, 1, 1] = 9

    first, second = samples_of(Volume("a", InMemory(labels), InMemory(labels)))

    assert [one["bbox"] for one in first.annotations] == [[1, 1, 1, 2, 1, 1]]
    assert [one["bbox"] for one in second.annotations] == [[0, 1, 1, 2, 1, 1]]
    assert [one["instance"] for one in first.annotations + second.annotations] == [9, 9]


@settings(deadline=None, max_examples=40)
@given(arrays(np.uint32, SHAPES, elements=st.sampled_from([0, 0, 1, 2, 5, 2**32 - 1])))
def test_parts_agree_with_looking_for_each_instance(labels: NDArray[np.uint32]) -> None:
    expected = []
    for instance, area in sorted(Counter(labels.reshape(-1).tolist()).items()):
        if instance:
            places = np.argwhere(labels == instance)
            start, stop = places.min(0), places.max(0) + 1
            expected.append((instance, (*start.tolist(), *(stop - start).tolist()), area))

    assert parts_of(labels) == expected


@pytest.mark.parametrize("values", [[-1], [2**32], [0.5], [np.nan]])
def test_what_is_no_number_of_an_instance_is_refused(values: list[float]) -> None:
    with pytest.raises(InvalidInput, match="is no number of an instance"):
        ids_of(np.array(values))


def test_more_instances_than_ids_leave_room_for_are_refused() -> None:
    labels = np.arange(10_000).reshape(10, 10, 100) + 1

    with pytest.raises(InvalidInput, match="a brick holds 10000 instances, but at most 9999"):
        list(samples_of(Volume("a", InMemory(labels), InMemory(labels))))


def test_a_class_above_65535_is_refused() -> None:
    values: NDArray[Any] = np.full((2, 2, 2), 65_536)

    with pytest.raises(InvalidInput, match="65536 is no number of a class"):
        list(samples_of(Volume("a", InMemory(values), semantic=InMemory(values))))


@pytest.mark.usefixtures("small_bricks")
def test_a_volume_without_all_of_its_bricks_is_refused() -> None:
    samples = list(samples_of(Volume("a", InMemory(np.zeros((6, 2, 2))))))

    with pytest.raises(Corrupt, match=r"volume a: its bricks hold 12 voxels, its shape is \(6, 2, 2\)"):
        BrickedVolume.of_samples(samples[:1])
