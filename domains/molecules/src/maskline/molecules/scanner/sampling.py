"""From the scanner's grid to the picture's.

A resized scan has jagged or smeared edges around a line that is where it was.  Masks are the picture's own, with one
exception: where black and white was resized by taking nearest pixels, ink and paper part along whole pixels of the
scanner's grid, and so do the masks; they are drawn on that grid and sampled as the scan is.

G: pixels of the scanner's grid along an axis   P: of the picture's
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.coco import rle
from maskline.contract.coco.rle import RLE
from maskline.molecules.scanner.options import Resample
from maskline.molecules.scanner.scan import Size

Pixels = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.intp]

KEPT = 0.5
"""The least share of an instance's pixels for its sampled mask to stand for it; with less, ink was lost, not shaped."""
SMOOTH = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def resized(pixels: Pixels, size: Size, resample: Resample) -> Pixels:
    """Bring (H, W) pixels to the size of the picture."""
    if resample == "nearest":
        columns, rows = (_nearest(*lengths) for lengths in zip(pixels.shape[::-1], size, strict=True))
        return pixels[rows[:, None], columns]
    return np.asarray(Image.fromarray(pixels).resize(size, SMOOTH[resample]))


def sampled_masks(masks: Sequence[RLE], exact: Sequence[RLE]) -> list[RLE]:
    """Bring masks drawn on the scanner's grid to the picture by taking nearest pixels.

    masks, exact: the same instances on the scanner's grid and on the picture's.  An instance that loses more than half
    of its pixels on the way keeps its exact mask: the eye knows that it is there.
    """
    rows, columns = (_nearest(*lengths) for lengths in zip(masks[0]["size"], exact[0]["size"], strict=True))
    return [_sampled(mask, own, rows, columns) for mask, own in zip(masks, exact, strict=True)]


def _sampled(mask: RLE, exact: RLE, rows: Indices, columns: Indices) -> RLE:
    x, y, w, h = rle.bbox(mask)
    top, bottom = np.searchsorted(rows, (y, y + h)).tolist()
    left, right = np.searchsorted(columns, (x, x + w)).tolist()
    crop = rle.decode(mask)[rows[top:bottom, None], columns[left:right]]
    if np.count_nonzero(crop) < KEPT * rle.area(exact):
        return exact
    return rle.encode_crop(crop, left, top, len(rows), len(columns))


def _nearest(grid: int, picture: int) -> Indices:
    """Return (P,) which of G pixels lies under the centre of each of the picture's."""
    under: Indices = (2 * np.arange(picture) + 1) * grid // (2 * picture)
    return under
