"""A finished picture through a scanner: what it looks like then, and what becomes of its masks.

In the order of reality: lines break, optics blur, light falls, the sensor adds noise, ink is cut from paper, dust lies
on the glass, the scan is resized to the picture, its ink spreads in copying, and the file is a JPEG.

Masks are the exact ones of the finished picture: what skew, shear and aspect do is in the matrix that they are drawn
through.  Two things alone change what the eye calls the line's body, and there the masks follow: pixels of black and
white taken from another grid (`sampling`), and ink that spreads or shrinks (`spread`).
"""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.coco.rle import RLE
from maskline.molecules.scanner.flaws import broken, speckled
from maskline.molecules.scanner.sampling import resized, sampled_masks
from maskline.molecules.scanner.scan import Matrix, Scan, Size
from maskline.molecules.scanner.sensor import blurred, cut, lit, noisy, sparing
from maskline.molecules.scanner.spread import spread, spread_masks

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The sheet on one grid of pixels."""

    coverage: Pixels
    """(H, W), how far each pixel is covered by ink, 0 to 255."""
    masks: Sequence[RLE]
    """Of every instance: the pixels that it covers at least by half."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished picture as a scanner receives it, before anything was done to it."""

    picture: Drawing
    matrix: Matrix
    """How the sheet lies in the picture (`Scan.matrix`)."""
    draw: Callable[[Matrix, Size], Drawing]
    """Draws the sheet through another matrix; on a coarse grid, masks may be empty."""
    stroke_px: float
    """Width of the thinnest stroke of a bond, picture pixels."""
    hairline_px: float = math.inf
    """Width of the thinnest stroke of a letter, picture pixels; infinite where there are none."""


@dataclass(frozen=True, slots=True)
class Degraded:
    """A scanned picture."""

    pixels: Pixels
    """(H, W), 0 black to 255 white."""
    masks: Sequence[RLE]
    """Of every instance, in the order they came in; none is empty."""
    scan: Scan
    """As it was done: with less erosion than sampled, where that would have erased an instance, and with a lower
    threshold, where it would have lost a thin stroke."""


def degrade(drawn: Drawn, scan: Scan, rng: np.random.Generator) -> Degraded:
    """Scan a picture.  The same state of `rng` gives the same bytes.

    A scan that does nothing gives 255 less the coverage, and the same masks.
    """
    height, width = drawn.picture.coverage.shape
    if scan.bilevel or scan.contrast > 1:
        scan = sparing(scan, drawn.stroke_px * scan.resolution, drawn.hairline_px * scan.resolution)
    grid = (max(round(width * scan.resolution), 1), max(round(height * scan.resolution), 1))
    if grid == (width, height):
        drawing = drawn.picture
        darkness = _scanned(drawing.coverage, drawn, scan, rng)
    else:
        coarse = drawn.draw(drawn.matrix * [[grid[0] / width], [grid[1] / height]], grid)
        darkness = resized(_scanned(coarse.coverage, drawn, scan, rng), (width, height), scan.resample)
        drawing = _sampled(coarse, drawn.picture) if scan.bilevel and scan.resample == "nearest" else drawn.picture
    masks = drawing.masks
    if scan.spread_px:
        masks, pixels = spread_masks(masks, drawing.coverage >= 128, scan.spread_px)
        darkness, scan = spread(darkness, pixels), replace(scan, spread_px=pixels)
    picture = 255 - darkness
    if scan.jpeg_quality is not None:
        picture = through_jpeg(picture, scan.jpeg_quality)
    return Degraded(picture, masks, scan)


def _scanned(coverage: Pixels, drawn: Drawn, scan: Scan, rng: np.random.Generator) -> Pixels:
    """Return the darkness, 0 white to 255 black, that the scanner sees.  coverage, result: (H, W), on its grid."""
    if scan.breaks:
        coverage = broken(coverage, drawn.picture.masks, scan, drawn.stroke_px, rng)
    if scan.blur_px:
        coverage = blurred(coverage, scan)
    darkness = Image.fromarray(coverage)
    if not scan.bilevel:  # a scanner levels the light before it cuts to black and white
        darkness = lit(darkness, scan)
    if scan.noise:
        darkness = noisy(darkness, scan, rng)
    if scan.bilevel or scan.contrast > 1:
        darkness = cut(darkness, scan)
    return speckled(np.asarray(darkness), scan, rng) if scan.specks_per_megapixel else np.asarray(darkness)


def _sampled(coarse: Drawing, exact: Drawing) -> Drawing:
    height, width = exact.coverage.shape
    return Drawing(resized(coarse.coverage, (width, height), "nearest"), sampled_masks(coarse.masks, exact.masks))


def through_jpeg(picture: Pixels, quality: int) -> Pixels:
    """Write (H, W) greys as a JPEG file and read it again.  Masks stay: its waves beside a line are no ink."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))
