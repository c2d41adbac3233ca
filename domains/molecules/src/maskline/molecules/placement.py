"""Where a drawing lies in its picture, and how large."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.molecules.options import DrawingOptions
from maskline.molecules.style import Style

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placement:
    """`point * scale + shift` takes canvas pixels to picture pixels."""

    width: int
    height: int
    scale: float
    shift: Floats
    """(2,) x then y."""


def place(ink: Floats, options: DrawingOptions, style: Style) -> Placement:
    """Lay the ink's box, [[left, top], [right, bottom]] in canvas pixels, into a picture.

    A cropped picture is that box and its margins.  Otherwise the picture is the canvas, the ink is made smaller if it
    would not fit between the margins, and the style says where in the remaining room it lies.  Ink left of or above the
    canvas (RDKit's labels reach beyond it at times) counts like any other.
    """
    extent = ink[1] - ink[0]
    margins = 2 * options.margin_px
    if options.crop:
        scale = (style.long_side_px - margins) / float(extent.max())
        size = np.rint(extent * scale + margins)
        shift = (size - extent * scale) / 2 - ink[0] * scale
    else:
        canvas = np.array([style.canvas_width_px, style.canvas_height_px])
        scale = style.long_side_px / float(canvas.max())
        size = np.rint(canvas * scale)
        scale = min(scale, *((size - margins) / np.maximum(extent, 1)).tolist())
        room = size - margins - extent * scale
        shift = options.margin_px + room * style.place - ink[0] * scale
    return Placement(int(size[0]), int(size[1]), scale, shift)
