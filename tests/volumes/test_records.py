"""Volumes are shown in three planes, instances in colours that tell them apart."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.categories import Category, CategoryTable
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.painting import GAP_PX, LEAST_PX, PAPER, cut, planes_of, side_by_side
from maskline.volumes.records import records
from maskline.volumes.voxels import InMemory

BY = "\N{MULTIPLICATION SIGN}"
ONE, TWO = (
    CategoryTable(
        domain="volumes",
        policy="plain",
        categories=tuple(Category(id=number, name=name, colour="#00ff00") for number, name in enumerate(names, 1)),
    )
    for names in ("a", "ab")
)


def painted(
    raw: NDArray[Any], labels: NDArray[Any] | None, table: CategoryTable
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    (sample,) = samples_of(Volume("a", InMemory(raw), None if labels is None else InMemory(labels)))
    return records.painted(sample, table)


def test_the_planes_shown_are_those_with_the_most_of_instances() -> None:
    labels = np.zeros((5, 6, 7), np.uint32)
    labels[1, 2, 3] = labels[1, 4, 3] = labels[3, 4, 5] = 9

    assert planes_of(labels, (5, 6, 7)) == (1, 4, 3)
    assert planes_of(np.zeros_like(labels), (5, 6, 7)) == (2, 3, 3)
    assert planes_of(None, (5, 6, 7)) == (2, 3, 3)


def test_xy_yz_and_xz_stand_side_by_side() -> None:
    values = np.arange(LEAST_PX * 3 * 2, dtype=np.int64).reshape(LEAST_PX, 3, 2)

    row = side_by_side(cut(InMemory(values), (5, 1, 0)), -1)

    assert row.shape == (LEAST_PX, 2 + GAP_PX + LEAST_PX + GAP_PX + 2)
    assert row[:3, :2].tolist() == values[5].tolist()
    assert row[:3, 2 + GAP_PX : 2 + GAP_PX + LEAST_PX].tolist() == values[:, :, 0].T.tolist()
    assert row[:, -2:].tolist() == values[:, 1].tolist()
    assert (row[3:, :2] == -1).all()


def test_small_bricks_are_enlarged_voxel_by_voxel() -> None:
    row = side_by_side(cut(InMemory(np.eye(2, dtype=np.uint8)[None].repeat(2, 0)), (0, 0, 0)), 0)

    assert row[:, :LEAST_PX].tolist() == np.eye(2, dtype=np.uint8).repeat(64, 0).repeat(64, 1).tolist()


def test_greys_go_from_the_low_to_the_high_percentile_of_the_whole_volume() -> None:
    raw = np.full((10, 20, 20), 100.0)
    raw[5, :10], raw[5, 10:] = 0, 200  # each more than a thousandth of all

    plain, marked = painted(raw, None, ONE)

    scale = LEAST_PX // 20
    assert sorted(set(plain[:, : 20 * scale].reshape(-1).tolist())) == [0, 255]
    assert plain[0, 20 * scale] == PAPER
    assert (marked == plain[:, :, None]).all()


def test_touching_instances_of_one_class_differ_in_colour_and_have_an_outline() -> None:
    labels = np.zeros((128, 128, 128), np.uint32)
    labels[60:70, 10:40, 10:40], labels[60:70, 10:40, 40:70] = 1, 2

    plain, marked = painted(np.zeros(labels.shape, np.uint8), labels, ONE)

    first, second = marked[25, 25].astype(int), marked[25, 55].astype(int)
    assert abs(first - second).sum() > 60
    assert marked[25, 39].sum() > marked[25, 38].sum()
    assert (marked[5, :100] == plain[5, :100, None]).all()


def test_outlines_are_of_the_class_where_there_are_several() -> None:
    labels = np.zeros((128, 128, 128), np.uint32)
    labels[60:70, 10:40, 10:40] = 5

    _, marked = painted(np.zeros(labels.shape, np.uint8), labels, TWO)

    assert marked[10, 10].tolist() == [0, 255, 0]
    assert marked[25, 25].tolist() != [0, 255, 0]


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        (None, f"20 {BY} 10 {BY} 5 voxels"),
        ([10.0, 10.0, 10.0], f"20 {BY} 10 {BY} 5 voxels of 10 Å"),
        ([13.48, 8, 13.48], f"20 {BY} 10 {BY} 5 voxels of 13.48 {BY} 8 {BY} 13.48 Å"),
    ],
)
def test_a_size_is_told_along_x_y_and_z(sides: list[float] | None, size: str) -> None:
    assert records.size({"shape": [5, 10, 20], "voxel_size_a": sides}) == size
