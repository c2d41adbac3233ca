"""One picture's scan: what was sampled for it, and how the sheet lies in it."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.molecules.numbers.matrices import product
from maskline.molecules.numbers.ranges import happens, number, whole
from maskline.molecules.scanner.options import Resample, ScannerOptions

Matrix = npt.NDArray[np.float64]
"""(2, 3): a point of the sheet (x, y, 1) to pixels of a picture, both with their origin top left, y down."""
Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was sampled for one picture, as plain numbers.  Units as in `ScannerOptions`."""

    skew_degrees: float
    shear: float
    aspect: float
    breaks: float
    """0: no line is broken."""
    gap: float
    blur_px: float
    resolution: float
    resample: Resample
    bilevel: bool
    threshold: float
    contrast: float
    ink_grey: float
    paper_grey: float
    shade: float
    shade_degrees: float
    """Where the shade lies: 0 right, 90 below."""
    noise: float
    specks_per_megapixel: float
    speck_px: tuple[float, float]
    spread_px: int
    jpeg_quality: int | None
    """None: it never was a JPEG file."""

    def matrix(self, width: int, height: int) -> tuple[Matrix, Size]:
        """Return how a sheet of that size lies in the picture, and the size of the picture, which holds all of it.

        Masks are drawn through the same matrix, so they follow skew, shear and aspect exactly.
        """
        angle, stretch = math.radians(self.skew_degrees), math.sqrt(self.aspect)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        linear = product(turn, np.array([[stretch, self.shear], [0, 1 / stretch]]))
        corners = product(linear, np.array([[0, width, 0, width], [0, 0, height, height]], np.float64))
        least = corners.min(axis=1)
        extent = np.ceil(corners.max(axis=1) - least - 1e-6).astype(int)
        return np.column_stack([linear, -least]), (int(extent[0]), int(extent[1]))


def sample_scan(options: ScannerOptions, rng: np.random.Generator) -> Scan:
    """Draw every option once, in the order of the fields."""
    skew, shear, aspect = (number(span, rng) for span in (options.skew_degrees, options.shear, options.aspect))
    broken = happens(options.broken_share, rng)
    breaks, gap, blur = (number(span, rng) for span in (options.breaks, options.gap, options.blur_px))
    rescaled, resolution = happens(options.resolution_share, rng), number(options.resolution, rng)
    resample = options.resample[int(rng.integers(len(options.resample)))]
    bilevel, threshold = happens(options.bilevel_share, rng), number(options.threshold, rng)
    contrast, ink, paper = (number(span, rng) for span in (options.contrast, options.ink_grey, options.paper_grey))
    uneven, shade, shade_degrees = happens(options.uneven_share, rng), number(options.shade, rng), number((0, 360), rng)
    noise, speckled = number(options.noise, rng), happens(options.speckled_share, rng)
    specks = number(options.specks_per_megapixel, rng)
    spreads, spread = happens(options.spread_share, rng), whole(options.spread_px, rng)
    compressed, quality = happens(options.jpeg_share, rng), whole(options.jpeg_quality, rng)
    return Scan(
        skew_degrees=skew,
        shear=shear,
        aspect=aspect,
        breaks=breaks if broken else 0,
        gap=gap,
        blur_px=blur,
        resolution=resolution if rescaled else 1,
        resample=resample,
        bilevel=bilevel,
        threshold=threshold,
        contrast=contrast,
        ink_grey=ink,
        paper_grey=paper,
        shade=shade if uneven else 0,
        shade_degrees=shade_degrees,
        noise=noise,
        specks_per_megapixel=specks if speckled else 0,
        speck_px=options.speck_px,
        spread_px=spread if spreads else 0,
        jpeg_quality=quality if compressed else None,
    )
