"""Gaps in lines and dust on the glass, both of them small discs.

N: discs   W, H: the width and height of what they are drawn on, in its pixels
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE
from maskline.molecules.scanner.scan import Scan

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

LARGEST_LOSS = 0.2
"""The most that a gap takes of an instance's pixels: the eye carries the rest on."""
MEGAPIXEL = 1_000_000
FAINTEST_SPECK = 96


def broken(coverage: Pixels, masks: Sequence[RLE], scan: Scan, stroke_px: float, rng: np.random.Generator) -> Pixels:
    """Take the ink from a disc around one pixel of some instances; `scan.breaks` says of which share of them.

    coverage: (H, W), on a scanner's grid.  masks: on the picture's.  stroke_px: of the thinnest stroke, picture pixels.
    The masks stay as they are: a gap is at most one and a half strokes long, and it takes a fifth of an instance at
    most, of its own or of a neighbour; it stays away from those that are too small for that.
    """
    diameter = scan.gap * stroke_px
    least_area = np.pi / 4 * diameter**2 / LARGEST_LOSS
    large = [mask for mask in masks if rle.area(mask) >= least_area]
    small = [rle.bbox(mask) for mask in masks if rle.area(mask) < least_area]
    chosen = [mask for mask in large if rng.random() < scan.breaks]
    centres = np.array([_place(mask, rng) for mask in chosen]).reshape(-1, 2)
    centres = centres[~_near(centres, np.array(small).reshape(-1, 4), diameter / 2)]
    height, width = masks[0]["size"]
    grid = np.array(coverage.shape[::-1]) / (width, height)
    diameters = np.full(len(centres), diameter * float(grid.min()))
    return _with_discs(coverage, centres * grid, diameters, np.zeros(len(centres), np.uint8))


def _place(mask: RLE, rng: np.random.Generator) -> tuple[float, float]:
    """Return the middle of one of the mask's pixels, x then y."""
    column, row = divmod(int(rng.choice(np.flatnonzero(rle.decode(mask).T))), mask["size"][0])
    return column + 0.5, row + 0.5


def _near(centres: Floats, boxes: npt.NDArray[np.int_], distance: float) -> npt.NDArray[np.bool_]:
    """Say of each of (N, 2) centres whether it lies in a box, or that near to one.  boxes: (B, 4), x, y, w, h."""
    least, most = boxes[:, :2] - distance, boxes[:, :2] + boxes[:, 2:] + distance
    inside = (centres[:, None] > least) & (centres[:, None] < most)
    near: npt.NDArray[np.bool_] = np.any(np.all(inside, axis=2), axis=1)
    return near


def speckled(darkness: Pixels, scan: Scan, rng: np.random.Generator) -> Pixels:
    """Strew dark dots over (H, W) darkness.  They are no ink: masks stay, where a dot meets a line too."""
    height, width = darkness.shape
    count = int(rng.poisson(scan.specks_per_megapixel * height * width / MEGAPIXEL))
    centres = rng.integers((width, height), size=(count, 2)).astype(np.float64) + 0.5
    values = rng.integers(FAINTEST_SPECK, 256, size=count, dtype=np.uint8)
    if scan.bilevel:
        values[:] = 255
    return _with_discs(darkness, centres, rng.uniform(*scan.speck_px, size=count), values)


def _with_discs(pixels: Pixels, centres: Floats, diameters: Floats, values: Pixels) -> Pixels:
    """Give pixels whose centre lies in a disc the disc's value.  centres: (N, 2), x then y; diameters, values: (N,)."""
    reach = int(np.ceil(diameters.max(initial=0) / 2))
    steps = np.arange(-reach, reach + 1)
    columns = np.floor(centres[:, :1]).astype(int) + steps
    rows = np.floor(centres[:, 1:]).astype(int) + steps
    across = (columns + 0.5 - centres[:, :1])[:, None, :]
    down = (rows + 0.5 - centres[:, 1:])[:, :, None]
    inside = across**2 + down**2 <= (diameters**2 / 4)[:, None, None]
    height, width = pixels.shape
    inside &= ((columns >= 0) & (columns < width))[:, None, :] & ((rows >= 0) & (rows < height))[:, :, None]
    disc, row, column = np.nonzero(inside)
    changed = pixels.copy()
    changed[rows[disc, row], columns[disc, column]] = values[disc]
    return changed
