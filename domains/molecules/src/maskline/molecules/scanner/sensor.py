"""From ink on paper to what the sensor makes of it: blur, light, noise, and the cut between ink and paper.

None of it moves a mask: blur and noise are even-handed on both sides of an edge, light changes greys alone, and the
threshold lies so near one half that an edge moves by less than half a pixel.  Darkness is 0 for white to 255 for black.
"""

import math
from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops

from maskline.molecules.numbers.ranges import DECIMALS
from maskline.molecules.scanner.scan import Scan

Pixels = npt.NDArray[np.uint8]

MARGIN = 0.9
"""The cut lies this far below the darkness that the thinnest stroke keeps, so that noise does not make it vanish."""
LOWEST = 0.3
"""The threshold is not lowered further for letters."""
PIXEL_SIGMA = math.sqrt(1 / 6)
"""Standard deviation of a pixel's own box, twice: coverage is averaged over it, and the blur's weights are."""
LIGHT_GRID = 32


def blurred(darkness: Pixels, scan: Scan) -> Pixels:
    """Blur (H, W) darkness by a Gaussian, the optics'.  Masks stay: a blurred edge is half as dark where the edge was.

    In whole numbers, so that it gives the same bytes everywhere; beyond the picture lies paper.
    """
    centre, *others = _gaussian(scan.blur_px)
    for _ in range(2):  # along y, then, transposed, along x
        values = darkness.astype(np.uint16)
        total = values * np.uint16(centre)
        for reach, weight in enumerate(others, start=1):
            share = values * np.uint16(weight)
            total[reach:] += share[:-reach]
            total[:-reach] += share[reach:]
        total += 128
        total >>= 8
        darkness = total.astype(np.uint8).T
    return darkness


def _gaussian(sigma: float) -> list[int]:
    """Return the weights, of 256 in all, of a pixel and of its neighbours to one side: the Gaussian over each pixel."""
    reach = math.ceil(3 * sigma)
    below = [math.erf((step + 0.5) / (math.sqrt(2) * sigma)) for step in range(reach + 1)]
    others = [round(128 * (outer - inner)) for inner, outer in pairwise(below)]
    return [256 - 2 * sum(others), *others]


def lit(darkness: Image.Image, scan: Scan) -> Image.Image:
    """Give ink and paper the greys they have in uneven light.  Masks stay.

    The light falls off to `1 - shade` with the square of the way towards `shade_degrees`, as towards a book's spine.
    """
    reflected = darkness.point([round(255 - (1 - scan.ink_grey) * level) for level in range(256)])
    angle = math.radians(scan.shade_degrees)
    along = np.linspace(-1, 1, LIGHT_GRID)
    way = along * math.cos(angle) + along[:, None] * math.sin(angle)
    way = (way - way.min()) / (way.max() - way.min())
    light = np.rint(255 * scan.paper_grey * (1 - scan.shade * way**2)).astype(np.uint8)
    field = Image.fromarray(light).resize(darkness.size, Image.Resampling.BICUBIC)
    return ImageChops.invert(ImageChops.multiply(reflected, field))


def noisy(darkness: Image.Image, scan: Scan, rng: np.random.Generator) -> Image.Image:
    """Add Gaussian noise to every pixel by itself.  Masks stay, and noise never counts as ink."""
    normal = NormalDist(128, scan.noise)
    levels = [min(max(round(normal.inv_cdf((byte + 0.5) / 256)), 0), 255) for byte in range(256)]
    noise = Image.frombytes("L", darkness.size, rng.bytes(darkness.width * darkness.height)).point(levels)
    return ImageChops.add(darkness, noise, offset=-128)


def sparing(scan: Scan, stroke_px: float, hairline_px: float) -> Scan:
    """Lower the threshold so that no bond is lost, and no crossbar or minus sign, unless edges would move too far.

    stroke_px, hairline_px: widths of the thinnest strokes of bonds and of letters, scan pixels.  Blur makes thin ones
    pale; the threshold comes down to what is left of the thinnest.
    """
    hairlines = max(MARGIN * _palest(hairline_px, scan.blur_px), LOWEST)
    lowest = min(MARGIN * _palest(stroke_px, scan.blur_px), hairlines)
    return replace(scan, threshold=min(scan.threshold, round(lowest, DECIMALS)))


def cut(darkness: Image.Image, scan: Scan) -> Image.Image:
    """Part ink from paper at the threshold: into black and white, or, in a grey scan, with a slope of `contrast`.

    Masks stay: see above.
    """
    threshold = 255 * scan.threshold
    if scan.bilevel:
        return darkness.point([255 if level >= threshold else 0 for level in range(256)])
    white = max(threshold - 127.5 / scan.contrast, 0)
    black = min(threshold + 127.5 / scan.contrast, 255)
    return darkness.point([round(255 * min(max((level - white) / (black - white), 0), 1)) for level in range(256)])


def _palest(stroke_px: float, blur_px: float) -> float:
    """Return how dark, 0 to 1, a stroke is half a pixel beside its middle: no stroke lies worse on the pixel grid."""
    width = math.sqrt(2) * math.hypot(blur_px, PIXEL_SIGMA)
    return (math.erf((0.5 + stroke_px / 2) / width) - math.erf((0.5 - stroke_px / 2) / width)) / 2
