"""Straight lines to scan, one instance each, drawn with soft edges."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from maskline.contract.coco.rle import encode
from maskline.molecules.scanner.degrade import Drawing, Drawn
from maskline.molecules.scanner.options import ScannerOptions
from maskline.molecules.scanner.scan import Matrix, Scan, Size, sample_scan

SHEET = (180, 140)

Floats = npt.NDArray[np.float64]
ScanOf = Callable[..., Scan]
DrawnFor = Callable[..., Drawn]


@dataclass(frozen=True)
class Lines:
    """Lines between pairs of points, all of one width, in sheet pixels."""

    ends: list[list[float]]
    width: float

    def coverage(self, line: int, matrix: Matrix, size: Size) -> Floats:
        """Return (H, W), how much of a pixel-wide box, turned along the line, the line covers."""
        x0, y0, x1, y1 = self.ends[line]
        (begin_x, end_x), (begin_y, end_y) = matrix @ [[x0, x1], [y0, y1], [1, 1]]
        length = np.hypot(end_x - begin_x, end_y - begin_y)
        thickness = self.width * np.sqrt(np.linalg.det(matrix[:, :2]))
        x, y = np.arange(size[0]) + 0.5 - begin_x, np.arange(size[1])[:, None] + 0.5 - begin_y
        along = (x * (end_x - begin_x) + y * (end_y - begin_y)) / length
        aside = (x * (end_y - begin_y) - y * (end_x - begin_x)) / length
        covered: Floats = _overlap(along - length / 2, length) * _overlap(aside, thickness)
        return covered

    def draw(self, matrix: Matrix, size: Size) -> Drawing:
        covered = [self.coverage(line, matrix, size) for line in range(len(self.ends))]
        masks = [encode(part >= 0.5) for part in covered]
        return Drawing(np.rint(255 * np.max(covered, axis=0)).astype(np.uint8), masks)


def _overlap(place: Floats, length: float) -> Floats:
    """Return what a unit at `place` has in common with `length` around zero."""
    shared: Floats = np.minimum(place + 0.5, length / 2) - np.maximum(place - 0.5, -length / 2)
    return shared.clip(0, 1)


@pytest.fixture
def drawn_for() -> DrawnFor:
    """Lay lines out for a scan: drawn_for(scan, width=2.0), a fan and a bar that touch nothing."""

    def lay_out(scan: Scan, width: float = 2.0) -> Drawn:
        angles = np.radians([8, 23, 41, 60, 82])
        rays = np.column_stack([np.cos(angles), np.sin(angles)])
        fan = np.array([20, 15, 20, 15]) + np.hstack([rays * 30, rays * 110])
        lines = Lines([*fan.tolist(), [90, 120.3, 160, 120.3]], width)
        matrix, size = scan.matrix(*SHEET)
        return Drawn(lines.draw(matrix, size), matrix, lines.draw, width)

    return lay_out


@pytest.fixture
def scan_of() -> ScanOf:
    """Return a scan that does nothing but what is named: scan_of(blur_px=1)."""

    def scan(**changes: Any) -> Scan:
        return replace(sample_scan(ScannerOptions(), np.random.default_rng(0)), **changes)

    return scan
