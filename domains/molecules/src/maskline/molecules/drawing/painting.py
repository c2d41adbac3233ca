"""The finished picture as a PNG: black on white, or in colours, on a dark ground, or on none.

H, W: the picture's height and width in pixels   A: atoms
"""

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from maskline.contract.coco.rle import decode
from maskline.molecules.ink.canvas import Mask
from maskline.molecules.layout.layout import Layout
from maskline.molecules.styles.style import Style

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
ELEMENTS: dict[str, Colour] = {
    "N": (48, 80, 248),
    "O": (220, 13, 13),
    "F": (60, 160, 30),
    "S": (178, 140, 0),
    "P": (230, 110, 0),
    "Cl": (31, 170, 31),
    "Br": (150, 41, 41),
    "I": (128, 0, 140),
    "B": (200, 120, 110),
}
"""After Corey, Pauling and Koltun's models, darkened until they are read well on white."""
DARK_GROUND: Colour = (24, 26, 32)


def is_plain(style: Style) -> bool:
    """Say whether the picture is black on white."""
    return not (style.coloured_labels or style.dark_background or style.transparent)


def painted(dark: Bytes, layout: Layout, atoms: Floats, masks: Sequence[Mask], style: Style) -> bytes:
    """Return the PNG of a picture in the style's colours.

    dark: (H, W) how far each pixel is covered by ink, 0 to 255.
    atoms: (A, 2) where the atoms lie in the picture.
    """
    ink = (
        _ink(dark.shape, layout, atoms, masks, style) if style.coloured_labels else np.zeros((*dark.shape, 3), np.uint8)
    )
    if style.dark_background:
        ink = 255 - ink  # as bright as it was dark
    covered = dark[..., None].astype(np.float32) / 255
    if style.transparent:
        image = Image.fromarray(np.concatenate([ink, dark[..., None]], axis=2))
    else:
        ground = np.array(DARK_GROUND if style.dark_background else (255, 255, 255), np.float32)
        image = Image.fromarray(np.rint(ground + (ink - ground) * covered).astype(np.uint8))
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=6)
    return data.getvalue()


def _ink(shape: tuple[int, ...], layout: Layout, atoms: Floats, masks: Sequence[Mask], style: Style) -> Bytes:
    """Return the (H, W, 3) colour of the ink at every pixel, a pixel further than the masks reach."""
    ink = np.zeros((*shape, 3), np.uint8)
    labelled, bonds = list(layout.labels), layout.molecule.bonds
    for mask in masks:
        if mask.owner >= len(bonds):
            _tint(ink, mask, _colour(layout, labelled[mask.owner - len(bonds)]))
        elif style.coloured_bonds:
            _tint_halves(ink, mask, layout, atoms)
    return ink


def colour_of(layout: Layout, atom: int) -> str:
    """Return the colour of an atom's element, as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*_colour(layout, atom))


def _colour(layout: Layout, atom: int) -> Colour:
    return ELEMENTS.get(layout.molecule.atoms[atom].element, BLACK)


def _tint(ink: Bytes, mask: Mask, colour: Colour) -> None:
    if colour != BLACK:
        ink[_around(mask)][_grown(mask)] = colour


def _tint_halves(ink: Bytes, mask: Mask, layout: Layout, atoms: Floats) -> None:
    """Give each half of a bond the colour of its atom."""
    begin, end = layout.molecule.bonds[mask.owner].atoms
    colours = _colour(layout, begin), _colour(layout, end)
    if colours == (BLACK, BLACK):
        return
    window = _around(mask)
    y, x = np.mgrid[window]
    way = atoms[end] - atoms[begin]
    middle = (atoms[end] + atoms[begin]) / 2
    later = (x + 0.5 - middle[0]) * way[0] + (y + 0.5 - middle[1]) * way[1] > 0
    grown = _grown(mask)
    for colour, half in zip(colours, (~later, later), strict=True):
        if colour != BLACK:
            ink[window][grown & half] = colour


def _around(mask: Mask) -> tuple[slice, slice]:
    x, y, w, h = mask.bbox
    return slice(max(y - 1, 0), y + h + 1), slice(max(x - 1, 0), x + w + 1)


def _grown(mask: Mask) -> npt.NDArray[np.bool_]:
    """Return the mask around its box, a pixel wider everywhere, for the soft edge of its ink."""
    near = np.pad(decode(mask.segmentation), 1)
    height, width = near.shape[0] - 2, near.shape[1] - 2
    grown = np.zeros((height, width), bool)
    for down in range(3):
        for across in range(3):
            grown |= near[down : down + height, across : across + width]
    return grown[_around(mask)]
