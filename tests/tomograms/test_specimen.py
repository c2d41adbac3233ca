"""Specimens: what is labelled is what lies there, and nothing lies in anything else."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy import ndimage

from maskline.tomograms.specimen.specimen import Specimen

Balls = Callable[..., Specimen]
VOLUME = 4 / 3 * np.pi * 6**3
"""Of a ball of 60 angstrom, voxels of 10."""


def test_the_label_of_a_lonely_complex_is_what_is_at_least_as_dense_as_its_surface(balls: Balls) -> None:
    for seed in range(5):
        one = balls(seed, occupancy=0.001, touching=0)
        assert len(one.complexes) == 1
        assert (one.labels.astype(bool) == (one.values >= 0.5)).all()


def test_a_ball_is_as_large_as_its_radius_says_and_a_ball(balls: Balls) -> None:
    one = balls(1, occupancy=0.1)
    whole = 0
    for number_, box in enumerate(ndimage.find_objects(one.labels.astype(int)), 1):
        if all(side.start > 0 and side.stop < size for side, size in zip(box, one.labels.shape, strict=True)):
            whole += 1
            assert (one.labels == number_).sum() == pytest.approx(VOLUME, rel=0.03)
            assert all(11 <= side.stop - side.start <= 13 for side in box)
    assert whole > 10


def test_no_voxel_is_of_two_and_none_is_lost(balls: Balls) -> None:
    one = balls(2, occupancy=0.3, touching=1)
    assert set(np.unique(one.labels)) == set(range(len(one.complexes) + 1))
    assert (one.values[one.labels > 0] >= 0.5).all()
    counts = np.bincount(one.labels.ravel())[1:]
    assert counts.max() <= VOLUME * 1.03


def test_middles_of_balls_are_two_radii_apart_at_least(balls: Balls) -> None:
    one = balls(3, occupancy=0.3, touching=1)
    middles = np.array([each.middle for each in one.complexes], float)
    away = np.linalg.norm(middles[:, None] - middles[None], axis=-1) + 100 * np.eye(len(middles))
    assert away.min() > 12 - 2  # a middle lies anywhere in its voxel


@pytest.mark.parametrize(("touching", "least", "most"), [(1, 0.9, 1), (0, 0, 0.5)])
def test_what_is_to_touch_touches(touching: float, least: float, most: float, balls: Balls) -> None:
    one = balls(4, occupancy=0.06, touching=touching)
    touched = 0
    for own in range(1, len(one.complexes) + 1):
        around = ndimage.binary_dilation(one.labels == own, np.ones((3, 3, 3)))
        touched += len(set(np.unique(one.labels[around])) - {0, own}) > 0
    assert least <= touched / len(one.complexes) <= most


@pytest.mark.parametrize("occupancy", [0.02, 0.1, 0.2])
def test_complexes_take_up_what_was_asked_for(occupancy: float, balls: Balls) -> None:
    one = balls(5, occupancy=occupancy)
    assert one.left_out == 0
    # Some stand out of the volume, by less than a half.
    assert 0.7 * occupancy < (one.labels > 0).mean() < occupancy + VOLUME / one.labels.size


def test_those_without_room_are_counted(balls: Balls) -> None:
    one = balls(6, occupancy=0.5)
    assert one.left_out > 0
    assert len(one.complexes) + one.left_out == np.ceil(0.5 * one.labels.size / 894.125)  # voxels of a label at rest


def test_a_lamella_is_as_thick_as_asked_and_nothing_lies_outside(balls: Balls) -> None:
    one = balls(7, occupancy=0.1, thickness_a=300, slope_deg=3, ice=0.05, sheets=2, filaments=2, beads=2)
    columns = one.inside.sum(axis=0)
    assert columns.mean() == pytest.approx(30, abs=1)
    assert columns.max() - columns.min() <= 2 * np.tan(np.radians(3)) * np.hypot(80, 72) + 2
    assert not one.labels[~one.inside].any()
    assert len(one.complexes) > 5
    assert one.inside[30, 40, 36]


@pytest.mark.parametrize("what", [{"vesicles": 2}, {"sheets": 2}, {"filaments": 3}, {"beads": 5}])
def test_complexes_lie_beside_all_else(what: dict[str, int], balls: Balls) -> None:
    empty = balls(8, occupancy=0, **what)
    full = balls(8, occupancy=0.2, **what)
    other = (empty.values > 0.2) | (empty.gold > 0.2)
    assert other.sum() > 100
    assert not full.labels[other].any()
    assert (empty.gold == full.gold).all()
    assert len(full.complexes) > 20


def test_a_vesicle_has_two_leaflets_some_40_angstrom_apart(balls: Balls) -> None:
    for seed in range(40):
        one = balls(seed, occupancy=0, vesicles=1, vesicle_radius_a=200, membrane=1)
        dense = np.argwhere(one.values > 0.9)
        middle = _middle(dense)
        if min(middle) > 26 and all(place < side - 26 for place, side in zip(middle, one.values.shape, strict=True)):
            away = np.linalg.norm(dense - middle, axis=1)
            assert set(np.rint(away)) <= {17, 18, 19, 21, 22, 23}
            return
    pytest.fail("no vesicle lay whole in a volume")


def _middle(surface: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the middle of the sphere that fits points on both of its sides best."""
    system = np.column_stack([2 * surface, np.ones(len(surface))])
    found: npt.NDArray[np.float64] = np.linalg.lstsq(system, (surface**2).sum(axis=1), rcond=None)[0]
    return found[:3]


def test_a_filament_has_its_radius_and_its_bore(balls: Balls) -> None:
    solid = balls(9, occupancy=0, filaments=1, filament_radius_a=60, bend_a=20000)
    hollow = balls(9, occupancy=0, filaments=1, filament_radius_a=60, bend_a=20000, bore=0.5)
    a, b = (solid.values > 0.5).sum(), (hollow.values > 0.5).sum()
    assert b / a == pytest.approx(0.75, abs=0.03)
    thickest = ndimage.distance_transform_edt(solid.values > 0.5).max()
    assert thickest == pytest.approx(6, abs=1)


def test_a_bead_is_a_dense_ball(balls: Balls) -> None:
    one = balls(10, occupancy=0, beads=1, bead_radius_a=50, bead=12)
    assert one.gold.max() == 12
    assert (one.gold > 6).sum() <= 4 / 3 * np.pi * 5**3 * 1.05
