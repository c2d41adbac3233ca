"""From a sheet to the finished picture and its masks: drawn plainly, in colours, or through a scanner.

H, W: the picture's height and width in pixels   A: atoms
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskline.contract.coco.rle import RLE, area, bbox
from maskline.contract.picture import encode_png
from maskline.molecules.drawing.drawing import Drawing
from maskline.molecules.drawing.painting import is_plain, painted
from maskline.molecules.ink.canvas import Canvas, Mask
from maskline.molecules.ink.scene import Scene
from maskline.molecules.layout.layout import Layout
from maskline.molecules.layout.structure import Undrawable
from maskline.molecules.numbers.matrices import product
from maskline.molecules.scanner.degrade import Drawing as OnGrid
from maskline.molecules.scanner.degrade import Drawn, degrade
from maskline.molecules.scanner.scan import Matrix, Scan, Size
from maskline.molecules.styles.style import Style

Floats = npt.NDArray[np.float64]
HAIRLINE = 0.06
"""Of the fonts' letters and small signs: width of the thinnest strokes over the height of capitals."""
ILLEGIBLE = "not legible: labels, lines or atoms run into what they do not belong to, or a bond hardly shows"


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture."""

    png: bytes
    width: int
    height: int
    matrix: Matrix
    """From the molecule's layout to the picture."""
    masks: list[Mask]
    scan: Scan | None

    def atoms(self, layout: Layout) -> Floats:
        """Return where a layout's atoms lie: (A, 2), x then y, pixels."""
        return product(layout.atoms, self.matrix[:, :2].T) + self.matrix[:, 2]


def plain(canvas: Canvas, scene: Scene, drawing: Drawing, style: Style) -> Picture:
    """Draw a sheet as it is.  Raises Undrawable."""
    x, y = drawing.origin
    matrix = np.array([[1, 0, x], [0, 1, y]])
    scene.place(matrix.tolist(), drawing.width, drawing.height)
    masks = canvas.draw(scene)
    if masks is None:
        raise Undrawable(ILLEGIBLE)
    if is_plain(style):
        png = canvas.png()
    else:
        png = painted(canvas.dark(), drawing.layout, drawing.layout.atoms + drawing.origin, masks, style)
    return Picture(png, drawing.width, drawing.height, matrix, masks, None)


def scanned(canvas: Canvas, scene: Scene, drawing: Drawing, scan: Scan, rng: np.random.Generator) -> Picture:
    """Draw a sheet through a scanner.  Raises Undrawable."""
    origin = np.array([[1, 0, drawing.origin[0]], [0, 1, drawing.origin[1]], [0, 0, 1]])
    matrix, size = scan.matrix(drawing.width, drawing.height)
    from_layout = product(matrix, origin)
    scene.place(from_layout.tolist(), *size)
    masks = canvas.draw(scene)
    if masks is None:
        raise Undrawable(ILLEGIBLE)

    def draw(through: Matrix, grid: Size) -> OnGrid:
        scene.place(product(through, origin).tolist(), *grid)
        coarse = canvas.draw_coarsely(scene)
        return OnGrid(canvas.dark(), [mask.segmentation for mask in coarse])

    pens = drawing.layout.pens
    drawn = OnGrid(canvas.dark(), [mask.segmentation for mask in masks])
    thinnest, hairline = min(pens.line_width, pens.hash_width), HAIRLINE * drawing.layout.cap_height
    done = degrade(Drawn(drawn, matrix, draw, thinnest, hairline), scan, rng)
    kept = [_with(mask, rle) for mask, rle in zip(masks, done.masks, strict=True)]
    return Picture(encode_png(done.pixels), *size, from_layout, kept, done.scan)


def _with(mask: Mask, rle: RLE) -> Mask:
    return mask if rle is mask.segmentation else mask._replace(segmentation=rle, area=area(rle), bbox=bbox(rle))
