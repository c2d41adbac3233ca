"""Imaging: the missing wedge is empty, the noise is as strong as asked, and the fast way is like the slow one."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from maskline.contract.config import parse
from maskline.tomograms.imaging.contrast import transfer, wavelength_a
from maskline.tomograms.imaging.exposure import Exposure
from maskline.tomograms.imaging.fourier import FourierImaging
from maskline.tomograms.imaging.options import ImagingOptions
from maskline.tomograms.imaging.picture import STEP, picture, signal_and_noise
from maskline.tomograms.imaging.projections import ProjectionImaging, Rays
from maskline.tomograms.specimen.specimen import Specimen

Balls = Callable[..., Specimen]
SHAPE = (64, 80, 72)
WAYS = ["fourier", "projections"]


def exposure(**options: Any) -> Exposure:
    fixed = {"defocus_um": 4, "low_pass_a": 30, "snr": 2} | options
    return Exposure.sampled(parse(ImagingOptions, fixed, "imaging"), np.random.default_rng(0))


def tilt_of(shape: tuple[int, int, int]) -> npt.NDArray[np.float64]:
    """Return how steep each frequency is, degrees: 0 where a projection along z sees it, 90 along z."""
    kz, _, kx = np.meshgrid(*(np.fft.fftfreq(side) for side in shape), indexing="ij")
    steep: npt.NDArray[np.float64] = np.degrees(np.arctan2(np.abs(kz), np.abs(kx)))
    return steep


@pytest.mark.parametrize("tilt", [45, 60])
def test_the_missing_wedge_is_empty_and_the_rest_is_not(tilt: float, balls: Balls) -> None:
    imaging, specimen = FourierImaging(SHAPE, 10, exposure(tilt_deg=tilt)), balls(0, occupancy=0.1)
    for seen in (imaging.seen(specimen.values), imaging.noise(np.random.default_rng(0))):
        power = np.abs(np.fft.fftn(seen)) ** 2
        steep = tilt_of(SHAPE)
        assert power[steep > tilt + 1e-6].sum() < 1e-20 * power.sum()
        assert (power[(steep > 0) & (steep < tilt - 1e-6)] > 0).mean() > 0.9


def test_the_wedge_is_still_empty_but_for_rounding_in_the_tomogram_itself(balls: Balls) -> None:
    values = picture(balls(0, occupancy=0.1), 10, exposure(), np.random.default_rng(0))
    power = np.abs(np.fft.fftn(values)) ** 2 / values.size
    assert power[tilt_of(SHAPE) > 60.001].mean() == pytest.approx(STEP**2 / 12, rel=0.1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("snr", [0.1, 3])
def test_the_signal_to_noise_ratio_is_what_was_asked_for(way: str, snr: float, balls: Balls) -> None:
    specimen = balls(1, occupancy=0.1, beads=2)
    one = exposure(imaging=way, snr=snr)
    plain = dataclasses.replace(specimen, gold=np.zeros_like(specimen.gold))
    signal, noise = signal_and_noise(plain, 10, one, np.random.default_rng(0))
    assert np.square(signal[specimen.labels > 0]).mean() / noise.var() == pytest.approx(snr, rel=1e-6)
    _, with_gold = signal_and_noise(specimen, 10, one, np.random.default_rng(0))
    assert (with_gold == noise).all()


@pytest.mark.parametrize("way", WAYS)
def test_values_are_rounded_and_of_unit_spread_and_complexes_are_dark_or_bright(way: str, balls: Balls) -> None:
    specimen = balls(2, occupancy=0.1)
    dark = picture(specimen, 10, exposure(imaging=way), np.random.default_rng(0))
    bright = picture(specimen, 10, exposure(imaging=way, inverted=True), np.random.default_rng(0))
    assert (dark == -bright).all()
    assert dark.dtype == np.float32
    assert (dark / STEP == np.rint(dark / STEP)).all()
    assert (dark.mean(), dark.std()) == pytest.approx((0, 1), abs=1e-3)
    assert bright[specimen.labels > 0].mean() > 0.5
    assert bright[specimen.labels == 0].mean() < 0


def test_the_fast_way_sees_what_the_slow_one_reconstructs(balls: Balls) -> None:
    values = balls(3, occupancy=0.05).values.copy()
    values[:, :, :12] = values[:, :, -12:] = values[:8] = values[-8:] = 0  # the fast way goes on at the other side
    fast = FourierImaging(SHAPE, 10, exposure()).seen(values)
    slow = ProjectionImaging(SHAPE, 10, exposure()).seen(values)
    assert np.corrcoef(fast.ravel(), slow.ravel())[0, 1] > 0.9


def test_both_ways_colour_their_noise_alike() -> None:
    fast = FourierImaging(SHAPE, 10, exposure()).noise(np.random.default_rng(0))
    slow = ProjectionImaging(SHAPE, 10, exposure()).noise(np.random.default_rng(1))
    kz, ky, kx = np.meshgrid(*(np.fft.fftfreq(side, 10) for side in SHAPE), indexing="ij")
    from_axis, steep = np.hypot(kz, kx), tilt_of(SHAPE)
    spectra = []
    for noise in (fast, slow):
        power = np.abs(np.fft.fftn(noise)) ** 2
        rings = [(from_axis > low) & (from_axis < low + 0.005) & (np.abs(ky) < 0.01) & (steep < 50) for low in
                 (0.005, 0.01, 0.015, 0.02)]  # fmt: skip
        means = np.array([power[ring].mean() for ring in rings])
        spectra.append(means / means.sum())
    assert spectra[0] == pytest.approx(spectra[1], abs=0.05)


def test_a_projection_adds_up_along_the_beam(balls: Balls) -> None:
    values = balls(4, occupancy=0.1).values
    one = ProjectionImaging(SHAPE, 10, exposure(tilt_deg=3, step_deg=3))
    projected = one.projected(values)
    off = (projected.shape[1] - SHAPE[2]) // 2
    untilted = values.sum(axis=0).T
    assert projected[1, off : off + SHAPE[2]] == pytest.approx(untilted, abs=1e-4)
    assert projected.sum(axis=(1, 2)) == pytest.approx([values.sum()] * 3)


@pytest.mark.parametrize("tilt", [0, 3, 60, 75, 87, 90])
def test_rays_are_the_matrix_of_shares_and_smearing_is_its_transpose(tilt: float) -> None:
    shape, width = (7, 4, 9), 14
    rng, rays = np.random.default_rng(0), Rays.at(math.radians(tilt), shape, width)
    z, x = np.mgrid[-3:4, -4:5]
    across = z * math.sin(math.radians(tilt)) + x * math.cos(math.radians(tilt)) + (width - 1) / 2
    matrix = np.maximum(1 - np.abs(across.ravel() - np.arange(width)[:, None]), 0)  # what is shared by two pixels
    columns, taken = rng.random((7, 9, 4)), rng.random((width, 4))
    projection, smeared = np.zeros((width, 4)), np.zeros((7, 9, 4))
    rays.project(columns, projection)
    rays.smear(taken, smeared)
    assert projection == pytest.approx(matrix @ columns.reshape(-1, 4))
    assert smeared.reshape(-1, 4) == pytest.approx(matrix.T @ taken)


def test_a_point_is_smeared_along_the_beam_and_along_no_other_axis() -> None:
    point = np.zeros((65, 65, 65))
    point[32, 32, 32] = 1
    one = exposure(defocus_um=0, amplitude_contrast=1, low_pass_a=60)
    seen = FourierImaging(point.shape, 10, one).seen(point)
    z, y, x = ((line > seen.max() / 2).sum() for line in (seen[:, 32, 32], seen[32, :, 32], seen[32, 32]))
    assert z > y >= x


def test_contrast_transfer_has_its_zeros_where_the_textbook_has_them() -> None:
    assert wavelength_a(300) == pytest.approx(0.019687, abs=1e-6)
    assert wavelength_a(200) == pytest.approx(0.025079, abs=1e-6)
    one = exposure(amplitude_contrast=0, low_pass_a=0)
    square = np.linspace(0, 0.05**2, 200_001)
    crossings = square[1:][np.diff(np.sign(transfer(square, one)[1:]), prepend=1) != 0]
    assert np.sqrt(crossings[0]) == pytest.approx(1 / np.sqrt(wavelength_a(300) * 4e4), rel=1e-3)  # Cs hardly counts


def test_a_volume_without_anything_is_noise() -> None:
    nothing = Specimen(
        np.zeros(SHAPE, np.float32),
        np.zeros(SHAPE, np.float32),
        np.zeros(SHAPE, np.uint32),
        np.ones(SHAPE, bool),
        (),
        0,
    )
    values = picture(nothing, 10, exposure(), np.random.default_rng(0))
    assert values.std() == pytest.approx(1, abs=1e-3)
