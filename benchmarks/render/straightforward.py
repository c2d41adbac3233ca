"""The straightforward way to labelled pictures of molecules, as one would write it from the libraries' manuals.

RDKit draws an SVG; its paths become shapely polygons; these are cropped and scaled, written as a second SVG, rasterised
by cairosvg and stored as RGB by Pillow; every instance is filled with OpenCV on a mask as large as the picture, which
pycocotools encodes; one JSON file is written beside each picture.
"""

import io
import json
import re
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import cairosvg
import cv2
import numpy as np
from clock import Clock
from PIL import Image
from pycocotools import mask as coco_mask
from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D
from shapely import affinity
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

SVG = "{http://www.w3.org/2000/svg}"
CLASSES = ["SINGLE-NONE", "DOUBLE-NONE", "ATOM", "SINGLE-BEGINDASH", "SINGLE-BEGINWEDGE", "AROMATIC-NONE"]
CURVE_STEPS = 6
MARGIN = 15

FONT_PX = 50

Shape = tuple[str, BaseGeometry]


class Sampled(NamedTuple):
    """The options that the reference implementation samples for a picture."""

    rotation_degrees: float
    canvas_width_px: int
    canvas_height_px: int
    label_padding: float
    bond_line_width_px: float
    multiple_bond_offset: float


def sample(rng: np.random.Generator) -> Sampled:
    """Draw the options from the reference implementation's ranges."""
    width, height = rng.integers(400, 700, 2, endpoint=True).tolist()
    return Sampled(
        rng.uniform(0, 360), width, height, rng.uniform(0.05, 0.15), rng.uniform(3, 5.5), rng.uniform(0.1, 0.2)
    )


def render(number: int, smiles: str, style: Sampled, long_side_px: int, folder: Path, clock: Clock) -> int:
    """Draw one molecule into `folder`.  Returns the picture's number of pixels."""
    with clock.step("molecule, coordinates, wedges"):
        molecule = Chem.MolFromSmiles(smiles)
        rdDepictor.Compute2DCoords(molecule)
        Chem.WedgeMolBonds(molecule, molecule.GetConformer())
    with clock.step("RDKit's SVG"):
        svg = _svg(molecule, style)
    with clock.step("XML to polygons"):
        shapes = _shapes(svg, [f"{bond.GetBondType()}-{bond.GetBondDir()}" for bond in molecule.GetBonds()])
    with clock.step("union, crop, scale"):
        shapes, width, height = _cropped(shapes, long_side_px)
    with clock.step("second SVG, cairosvg"):
        png = cairosvg.svg2png(bytestring=_black_svg(shapes, width, height))
    with clock.step("decode, store as RGB"):
        Image.open(io.BytesIO(png)).convert("RGB").save(folder / f"{number:06d}.png")
    annotations: list[dict[str, Any]] = []
    for name, shape in shapes:
        with clock.step("full-frame masks"):
            mask = _mask(shape, width, height)
        with clock.step("run lengths"):
            rle = coco_mask.encode(np.asfortranarray(mask))
            box, area = coco_mask.toBbox(rle).tolist(), int(coco_mask.area(rle))
            rle["counts"] = rle["counts"].decode()
        category = CLASSES.index(name) + 1 if name in CLASSES else 0
        annotations.append({"category_id": category, "bbox": box, "area": area, "iscrowd": 0, "segmentation": rle})
    with clock.step("JSON"):
        image = {"id": number, "file_name": f"{number:06d}.png", "width": width, "height": height}
        (folder / f"{number:06d}.json").write_text(json.dumps({"images": [image], "annotations": annotations}))
    return width * height


def _svg(molecule: Chem.Mol, style: Sampled) -> str:
    drawer = rdMolDraw2D.MolDraw2DSVG(style.canvas_width_px, style.canvas_height_px)
    options: Any = drawer.drawOptions()
    options.useBWAtomPalette()
    options.rotate = style.rotation_degrees
    options.fixedFontSize = FONT_PX
    options.scaleBondWidth = True
    options.bondLineWidth = style.bond_line_width_px
    options.additionalAtomLabelPadding = style.label_padding
    options.multipleBondOffset = style.multiple_bond_offset
    drawer.DrawMolecule(molecule)
    drawer.FinishDrawing()
    text: str = drawer.GetDrawingText()
    return text


def _shapes(svg: str, bond_classes: list[str]) -> list[Shape]:
    found: dict[str, tuple[str, list[BaseGeometry]]] = {}
    for path in ET.fromstring(svg).iter(f"{SVG}path"):  # noqa: S314 - RDKit's own text
        owner = re.match(r"bond-(\d+)|atom-(\d+)", path.get("class", ""))
        if owner:
            number = int(owner[1] or -1)
            name = "ATOM" if owner[1] is None else bond_classes[number] if number < len(bond_classes) else CLASSES[0]
            found.setdefault(owner[0], (name, []))[1].append(_geometry(path))
    return [(name, unary_union(parts)) for name, parts in found.values()]


def _geometry(path: ET.Element) -> BaseGeometry:
    style = dict(item.split(":", 1) for item in path.get("style", "").split(";") if ":" in item)
    rings = _rings(path.get("d", ""))
    if style.get("fill", path.get("fill")) == "none":
        width = float(style["stroke-width"].removesuffix("px"))
        return unary_union([LineString(ring).buffer(width / 2, cap_style="flat") for ring in rings])
    shape: BaseGeometry = Polygon()
    for ring in rings:
        if len(ring) > 3:
            shape = shape.symmetric_difference(Polygon(ring).buffer(0))
    return shape


def _rings(data: str) -> list[list[tuple[float, float]]]:
    rings: list[list[tuple[float, float]]] = []
    for command, text in re.findall(r"([MLQZ])([^MLQZ]*)", data):
        numbers = [float(number) for number in text.replace(",", " ").split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command == "M":
            rings.append(points)
        elif command == "L":
            rings[-1] += points
        elif command == "Q":
            (x0, y0), (x1, y1), (x2, y2) = rings[-1][-1], *points
            for i in range(1, CURVE_STEPS + 1):
                t, s = i / CURVE_STEPS, 1 - i / CURVE_STEPS
                rings[-1].append((s * s * x0 + 2 * s * t * x1 + t * t * x2, s * s * y0 + 2 * s * t * y1 + t * t * y2))
    for ring in rings:
        if "Z" in data:
            ring.append(ring[0])
    return rings


def _cropped(shapes: list[Shape], long_side: int) -> tuple[list[Shape], int, int]:
    left, top, right, bottom = unary_union([shape for _, shape in shapes]).bounds
    scale = (long_side - 2 * MARGIN) / max(right - left, bottom - top)
    width, height = (round(length * scale) + 2 * MARGIN for length in (right - left, bottom - top))
    moved = [(name, affinity.translate(shape, -left, -top)) for name, shape in shapes]
    scaled = [(name, affinity.scale(shape, scale, scale, origin=(0, 0))) for name, shape in moved]
    return [(name, affinity.translate(shape, MARGIN, MARGIN)) for name, shape in scaled], width, height


def _parts(shape: BaseGeometry) -> list[Any]:
    return [part for part in getattr(shape, "geoms", [shape]) if not part.is_empty]


def _black_svg(shapes: list[Shape], width: int, height: int) -> bytes:
    paths = []
    for _, shape in shapes:
        for part in _parts(shape):
            rings = [part.exterior, *part.interiors]
            data = "".join("M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in ring.coords) + "Z" for ring in rings)
            paths.append(f'<path d="{data}" fill-rule="evenodd"/>')
    size = f'width="{width}" height="{height}"'
    body = "".join(paths)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="#fff"/>{body}</svg>'.encode()


def _mask(shape: BaseGeometry, width: int, height: int) -> Any:
    mask = np.zeros((height, width), np.uint8)
    rings = [ring for part in _parts(shape) for ring in (part.exterior, *part.interiors)]
    cv2.fillPoly(mask, [np.rint(np.array(ring.coords)).astype(np.int32) for ring in rings], 1)
    return mask
