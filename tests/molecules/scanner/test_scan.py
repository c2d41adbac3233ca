"""How a sheet lies in its scan, and what may be asked of a scanner."""

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest

from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.molecules.scanner.options import ScannerOptions
from maskline.molecules.scanner.scan import Scan, sample_scan

ScanOf = Callable[..., Scan]


def test_a_sheet_that_lies_straight_keeps_its_pixels(scan_of: ScanOf) -> None:
    matrix, size = scan_of().matrix(300, 200)
    assert size == (300, 200)
    assert np.array_equal(matrix, [[1, 0, 0], [0, 1, 0]])


def test_a_quarter_turn_clockwise_brings_the_top_left_to_the_top_right(scan_of: ScanOf) -> None:
    matrix, size = scan_of(skew_degrees=90.0).matrix(300, 200)
    assert size == (200, 300)
    assert np.allclose(matrix @ [0, 0, 1], [200, 0])
    assert np.allclose(matrix @ [300, 0, 1], [200, 300])


def test_the_whole_sheet_lies_in_the_picture_and_keeps_its_area(scan_of: ScanOf) -> None:
    scan = scan_of(skew_degrees=-3.0, shear=0.05, aspect=1.05)
    matrix, size = scan.matrix(300, 200)
    corners = matrix @ [[0, 300, 0, 300], [0, 0, 200, 200], [1, 1, 1, 1]]
    assert np.allclose(corners.min(axis=1), 0)
    assert (np.ceil(corners.max(axis=1)) == size).all()
    assert np.linalg.det(matrix[:, :2]) == pytest.approx(1)


def test_shares_say_how_often() -> None:
    options = ScannerOptions(bilevel_share=0.6, jpeg_share=0.25, jpeg_quality=(40, 60))
    rng = np.random.default_rng(2)
    scans = [sample_scan(options, rng) for _ in range(1000)]
    assert 0.55 < np.mean([scan.bilevel for scan in scans]) < 0.65
    qualities = [scan.jpeg_quality for scan in scans if scan.jpeg_quality is not None]
    assert 200 < len(qualities) < 300
    assert set(qualities) == set(range(40, 61))
    assert all(type(value) in {float, int, str, bool, tuple, type(None)} for value in asdict(scans[0]).values())


@pytest.mark.parametrize(
    ("field", "value"), [("threshold", [0.2, 0.5]), ("gap", [1, 2]), ("blur_px", [2, 1]), ("resample", []), ("dust", 1)]
)
def test_what_would_belie_the_masks_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=field):
        parse(ScannerOptions, {field: value}, "scanner of preset 'scan'")
