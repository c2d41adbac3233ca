"""What each degradation does to a picture, and what it does not do to the masks."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt
import pytest

from maskline.contract.coco.rle import RLE, Mask, decode, encode
from maskline.molecules.scanner.degrade import Degraded, Drawing, Drawn, degrade
from maskline.molecules.scanner.options import ScannerOptions
from maskline.molecules.scanner.scan import Matrix, Scan, Size, sample_scan

DrawnFor = Callable[..., Drawn]
ScanOf = Callable[..., Scan]

EVERYTHING = ScannerOptions(
    skew_degrees=(-3, 3),
    shear=(-0.02, 0.02),
    aspect=(0.98, 1.02),
    broken_share=1,
    breaks=(0.2, 0.4),
    gap=(0.8, 1.5),
    blur_px=(0.4, 0.8),
    resolution_share=1,
    resolution=(0.7, 1.5),
    resample=("nearest", "bilinear", "bicubic", "lanczos"),
    bilevel_share=0.5,
    threshold=(0.4, 0.6),
    contrast=(1, 4),
    ink_grey=(0.1, 0.3),
    paper_grey=(0.85, 0.95),
    uneven_share=1,
    shade=(0.1, 0.3),
    noise=(2, 8),
    speckled_share=1,
    specks_per_megapixel=(100, 1000),
    speck_px=(1, 3),
    spread_share=1,
    spread_px=(1, 1),
    jpeg_share=1,
    jpeg_quality=(40, 90),
)


def union(masks: Sequence[RLE]) -> Mask:
    together: Mask = np.any([decode(mask) for mask in masks], axis=0)
    return together


def iou(one: Mask, other: Mask) -> float:
    return float(np.count_nonzero(one & other) / np.count_nonzero(one | other))


def scanned(drawn: Drawn, scan: Scan, seed: int = 0) -> Degraded:
    return degrade(drawn, scan, np.random.default_rng(seed))


def coverage(drawn: Drawn) -> npt.NDArray[np.uint8]:
    return drawn.picture.coverage


def test_a_scanner_that_is_left_alone_changes_nothing(drawn_for: DrawnFor) -> None:
    scan = sample_scan(ScannerOptions(), np.random.default_rng(1))
    drawn = drawn_for(scan, width=1.0)
    degraded = scanned(drawn, scan)
    assert np.array_equal(degraded.pixels, 255 - coverage(drawn))
    assert degraded.masks is drawn.picture.masks
    assert degraded.scan == scan


def test_the_same_generator_gives_the_same_scan_and_another_one_another(drawn_for: DrawnFor) -> None:
    pictures = []
    for seed in (5, 5, 6):
        rng = np.random.default_rng(seed)
        scan = sample_scan(EVERYTHING, rng)
        degraded = degrade(drawn_for(scan), scan, rng)
        pictures.append((degraded.pixels.tobytes(), degraded.masks))
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]


@pytest.mark.parametrize("seed", range(6))
def test_every_scan_is_a_grey_picture_with_full_masks_of_its_size(drawn_for: DrawnFor, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scan = sample_scan(EVERYTHING, rng)
    drawn = drawn_for(scan)
    degraded = degrade(drawn, scan, rng)
    assert degraded.pixels.dtype == np.uint8
    assert degraded.pixels.shape == coverage(drawn).shape
    assert len(degraded.masks) == len(drawn.picture.masks)
    assert all(decode(mask).any() and mask["size"] == [*coverage(drawn).shape] for mask in degraded.masks)
    assert json.loads(json.dumps(asdict(degraded.scan)))["skew_degrees"] == scan.skew_degrees


@pytest.mark.parametrize("changes", [{"skew_degrees": -4.0}, {"shear": 0.03}, {"aspect": 1.1}])
def test_masks_follow_geometry_exactly(drawn_for: DrawnFor, scan_of: ScanOf, changes: dict[str, float]) -> None:
    straight, askew = drawn_for(scan_of()), drawn_for(scan_of(**changes))
    degraded = scanned(askew, scan_of(bilevel=True, **changes))
    assert np.array_equal(degraded.pixels == 0, union(degraded.masks))
    assert coverage(askew).shape != coverage(straight).shape
    assert abs(int(coverage(askew).sum()) / int(coverage(straight).sum()) - 1) < 0.02


def test_black_and_white_of_two_pixel_lines_is_the_masks(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    for threshold, blur, least in ((0.5, 0, 1.0), (0.5, 0.5, 0.95), (0.4, 0.5, 0.85), (0.6, 0.5, 0.85)):
        scan = scan_of(bilevel=True, threshold=threshold, blur_px=blur)
        degraded = scanned(drawn_for(scan), scan)
        assert set(np.unique(degraded.pixels)) == {0, 255}
        assert iou(degraded.pixels == 0, union(degraded.masks)) >= least


@pytest.mark.parametrize("resolution", [0.7, 1.6])
def test_the_masks_follow_black_and_white_that_is_sampled(
    drawn_for: DrawnFor, scan_of: ScanOf, resolution: float
) -> None:
    scan = scan_of(bilevel=True, resolution=resolution, resample="nearest")
    drawn = drawn_for(scan)
    degraded = scanned(drawn, scan)
    assert np.array_equal(degraded.pixels == 0, union(degraded.masks))
    assert 0.6 < iou(union(degraded.masks), union(drawn.picture.masks)) < 1


@pytest.mark.parametrize("resample", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("resolution", [0.7, 1.6])
def test_a_smoothed_scan_of_another_resolution_moves_nothing(
    drawn_for: DrawnFor, scan_of: ScanOf, resample: str, resolution: float
) -> None:
    scan = scan_of(bilevel=True, resolution=resolution, resample=resample)
    drawn = drawn_for(scan, width=4.0)
    degraded = scanned(drawn, scan)
    assert degraded.masks is drawn.picture.masks
    ink, truth = degraded.pixels < 128, union(drawn.picture.masks)
    moved = [iou(np.roll(ink, step, axis), truth) for step in (-1, 1) for axis in (0, 1)]
    assert iou(ink, truth) > max(0.75, *moved) + 0.05


def test_an_instance_that_sampling_loses_keeps_its_mask(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(bilevel=True, resolution=0.25, resample="nearest")
    drawn = drawn_for(scan, width=1.0)  # a quarter of a pixel of the scan: no pixel is covered by half
    degraded = scanned(drawn, scan)
    assert degraded.masks == drawn.picture.masks


def test_blur_keeps_the_amount_of_ink_and_the_edges(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(blur_px=1.0)
    drawn = drawn_for(scan, width=9.0)
    degraded = scanned(drawn, scan)
    ink = 255 - degraded.pixels.astype(int)
    assert degraded.masks is drawn.picture.masks
    assert abs(ink.sum() / coverage(drawn).sum(dtype=int) - 1) < 0.01
    assert iou(ink >= 128, union(drawn.picture.masks)) > 0.98
    row = ink[:, 125].astype(float)[110:132]  # across the bar: the variances of 9 px, of the blur and of two pixels
    place = np.arange(len(row)) - np.average(np.arange(len(row)), weights=row)
    assert np.average(place**2, weights=row) == pytest.approx(81 / 12 + 1 + 2 / 12, abs=0.15)


def test_no_threshold_loses_a_thin_blurred_line(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(bilevel=True, threshold=0.7, blur_px=1.0)
    drawn = drawn_for(scan, width=1.0)
    degraded = scanned(drawn, scan)
    black = degraded.pixels == 0
    assert all(np.count_nonzero(black & decode(mask)) > 0.9 * decode(mask).sum() for mask in drawn.picture.masks)
    assert degraded.scan.threshold < 0.7


def test_contrast_cuts_greys_to_black_and_white(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    soft, hard = (scan_of(blur_px=0.7, contrast=contrast) for contrast in (1.0, 4.0))
    drawn = drawn_for(soft)
    greys = [scanned(drawn, scan).pixels for scan in (soft, hard)]
    between = [np.count_nonzero((grey > 0) & (grey < 255)) for grey in greys]
    assert between[1] < between[0] / 2
    assert scanned(drawn, hard).masks is drawn.picture.masks


def test_uneven_light_shades_one_side_and_leaves_the_masks(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(ink_grey=0.2, paper_grey=0.9, shade=0.3, shade_degrees=0.0)
    drawn = drawn_for(scan)
    degraded = scanned(drawn, scan)
    left, right = degraded.pixels[5, 2], degraded.pixels[5, -3]
    assert (left, right) == (pytest.approx(0.9 * 255, abs=2), pytest.approx(0.9 * 0.7 * 255, abs=6))
    assert degraded.pixels[120, 95] == pytest.approx(0.2 * 0.9 * 255, abs=15)  # ink
    assert degraded.masks is drawn.picture.masks


def test_a_black_and_white_scan_shows_no_light(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    lit, plain = scan_of(bilevel=True, shade=0.6, ink_grey=0.4), scan_of(bilevel=True)
    drawn = drawn_for(plain)
    assert np.array_equal(scanned(drawn, lit).pixels, scanned(drawn, plain).pixels)


def test_noise_has_the_deviation_asked_for_and_is_no_ink(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(noise=10.0, paper_grey=0.7, ink_grey=0.2)
    drawn = drawn_for(scan)
    degraded = scanned(drawn, scan)
    paper = degraded.pixels[coverage(drawn) == 0]
    assert paper.std() == pytest.approx(10, rel=0.03)
    assert paper.mean() == pytest.approx(0.7 * 255, abs=1)
    assert degraded.masks is drawn.picture.masks


def test_specks_are_dark_dots_and_no_ink(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(bilevel=True, specks_per_megapixel=2000.0, speck_px=(2.0, 3.0))
    drawn = drawn_for(scan)
    degraded = scanned(drawn, scan)
    black, ink = degraded.pixels == 0, union(drawn.picture.masks)
    assert (black | ~ink).all()
    assert 30 < np.count_nonzero(black & ~ink) < 600  # some fifty dots of one to nine pixels
    assert degraded.masks is drawn.picture.masks


@pytest.mark.parametrize("resolution", [1.0, 0.8, 1.5])
def test_a_break_takes_ink_and_leaves_the_mask(drawn_for: DrawnFor, scan_of: ScanOf, resolution: float) -> None:
    scan = scan_of(breaks=1.0, gap=1.5, resolution=resolution)
    drawn = drawn_for(scan)
    degraded = scanned(drawn, scan)
    lost = degraded.pixels.astype(int) - scanned(drawn, scan_of(resolution=resolution)).pixels
    assert degraded.masks is drawn.picture.masks
    assert lost.min() >= 0
    shares = [np.count_nonzero(decode(mask) & (lost > 100)) / decode(mask).sum() for mask in drawn.picture.masks]
    assert min(shares) > 0
    assert max(shares) <= 0.2


def test_an_instance_too_small_to_spare_a_fifth_is_not_broken(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(breaks=1.0, gap=1.5)
    drawn = drawn_for(scan, width=10.0)  # a gap of 177 pixels, of 800 at most
    assert np.array_equal(scanned(drawn, scan).pixels, 255 - coverage(drawn))


def test_no_gap_comes_near_a_small_instance(scan_of: ScanOf) -> None:
    coverage = np.zeros((40, 100), dtype=np.uint8)
    coverage[18:20, 5:90] = 255
    line, dot = coverage > 0, np.zeros((40, 100), dtype=bool)
    line[:, 84:], dot[18:20, 84:90] = False, True  # twelve pixels, of which a gap would take seven
    drawn = Drawn(Drawing(coverage, [encode(line), encode(dot)]), scan_of().matrix(100, 40)[0], _never, 2.0)
    pictures = [scanned(drawn, scan_of(breaks=1.0, gap=1.5), seed).pixels for seed in range(200)]
    assert any((picture[line] == 255).any() for picture in pictures)
    assert all((picture[dot] == 0).all() for picture in pictures)


def _never(matrix: Matrix, size: Size) -> Drawing:
    raise AssertionError(matrix, size)


@pytest.mark.parametrize("pixels", [1, 2, -1, -2])
def test_the_masks_follow_ink_that_spreads_or_shrinks(drawn_for: DrawnFor, scan_of: ScanOf, pixels: int) -> None:
    scan = scan_of(bilevel=True, spread_px=pixels)
    drawn = drawn_for(scan, width=6.0)
    degraded = scanned(drawn, scan)
    assert degraded.scan.spread_px == pixels
    assert np.array_equal(degraded.pixels == 0, union(degraded.masks))
    heights = [np.count_nonzero(decode(masks[-1])[:, 125]) for masks in (drawn.picture.masks, degraded.masks)]
    assert heights == [6, 6 + pixels]


def test_ink_shrinks_no_further_than_half_of_any_instance(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    for width, done in ((5.0, -1), (1.5, 0)):
        scan = scan_of(bilevel=True, spread_px=-2)
        drawn = drawn_for(scan, width=width)
        degraded = scanned(drawn, scan)
        assert degraded.scan.spread_px == done
        assert np.array_equal(degraded.pixels == 0, union(degraded.masks))


def test_a_jpeg_leaves_waves_beside_lines_but_lines_where_they_were(drawn_for: DrawnFor, scan_of: ScanOf) -> None:
    scan = scan_of(bilevel=True, jpeg_quality=50)
    drawn = drawn_for(scan)
    degraded = scanned(drawn, scan)
    ink = union(drawn.picture.masks)
    assert len(np.unique(degraded.pixels)) > 20
    assert iou(degraded.pixels < 128, ink) > 0.97
    assert degraded.masks is drawn.picture.masks
