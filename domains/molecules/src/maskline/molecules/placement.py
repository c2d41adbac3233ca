"""Where a drawing lies in its picture, and how large."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.molecules.options import DrawingOptions
from maskline.molecules.style import Style

Floats = npt.NDArray[np.float64]
Box = Sequence[Sequence[float]]
"""[[left, top], [right, bottom]]"""


@dataclass(frozen=True, slots=True)
class Placement:
    """`point * scale + shift` takes canvas pixels to picture pixels."""

    width: int
    height: int
    scale: float
    shift: Floats
    """(2,) x then y."""


def place(ink: Box, options: DrawingOptions, style: Style) -> Placement:
    """Lay the ink's box, in canvas pixels, into a picture.

    A cropped picture is that box and its margins.  Otherwise the picture is the canvas, the ink is made smaller if it
    would not fit between the margins, and the style says where in the remaining room it lies.  Ink left of or above the
    canvas (RDKit's labels reach beyond it at times) counts like any other.
    """
    (left, top), (right, bottom) = ink
    across, down = right - left, bottom - top
    margin = options.margin_px
    if options.crop:
        scale = (style.long_side_px - 2 * margin) / max(across, down)
        width, height = round(across * scale + 2 * margin), round(down * scale + 2 * margin)
        x, y = (width - across * scale) / 2, (height - down * scale) / 2
    else:
        scale = style.long_side_px / max(style.canvas_width_px, style.canvas_height_px)
        width, height = round(style.canvas_width_px * scale), round(style.canvas_height_px * scale)
        scale = min(scale, (width - 2 * margin) / max(across, 1), (height - 2 * margin) / max(down, 1))
        x = margin + (width - 2 * margin - across * scale) * style.place[0]
        y = margin + (height - 2 * margin - down * scale) * style.place[1]
    return Placement(width, height, scale, np.array([x - left * scale, y - top * scale]))
