"""Write what docs/rendering.md says of the presets of the molecules domain: a contact sheet each, and every option.

usage: rendering.py [--check]     --check draws and writes nothing, and fails if the text is not what the models and
presets say, or a preset has no contact sheet; whether a sheet shows what would be drawn today it does not know
"""

import io
import sys
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor

from generated import replaced
from maskline.contract.categories import CategoryTable
from maskline.contract.coco.overlay import FILL
from maskline.contract.config import preset_names, preset_text
from maskline.contract.domain import RenderDomain, load_domain
from maskline.contract.preview.preview import Preview
from maskline.contract.preview.sheet import contact_sheet
from maskline.render.config import RenderConfig
from maskline.render.show import preview
from option_tables import option_tables

DOMAIN = "molecules"
PACKAGE = f"maskline.{DOMAIN}"
PAGE = Path(__file__).parents[1] / "rendering.md"
SHEETS = PAGE.parent / "images" / "presets"
SAMPLES = 9
MOST_BYTES = 200_000
SIZES = tuple(product((256, 200, 160), (64, 8)))
"""Side of a picture on the sheet in pixels, and colours beside its own ones, best first: scans need much space."""
GREYS = 16
FADING = (0, 0.25, 0.5, 0.75)


def written(page: str) -> str:
    """Return the page with its generated parts as they should be."""
    domain: RenderDomain = load_domain("maskline.render", DOMAIN)
    names = preset_names(PACKAGE)
    sections = [f"### {name}\n\n{_about(name)}\n\n![samples of {name}]({_picture(name)})\n" for name in names]
    page = replaced(page, "presets", "\n".join(sections))
    return replaced(page, "options", option_tables({name: domain.drawing(name, {}) for name in names}))


def sheet(shown: Preview) -> bytes:
    """Return a contact sheet as a PNG of at most MOST_BYTES, or as near to that as SIZES allow."""
    data = b""
    for side, colours in SIZES:
        pixels = contact_sheet(shown, side)
        image = Image.fromarray(pixels)
        palette = Image.new("P", (1, 1))
        palette.putpalette([*_own_colours(shown.categories), *(image.quantize(colours).getpalette() or ())])
        buffer = io.BytesIO()
        image = image.quantize(palette=palette, dither=Image.Dither.NONE)
        image.save(buffer, "PNG", optimize=True)
        data = buffer.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return data


def _own_colours(categories: CategoryTable) -> list[int]:
    """Return greys, and each class's colour as it lies on ink and fades into paper; r, g, b one after another.

    Chosen from the pixels alone, those of a class that is rare would be taken for another's.
    """
    greys = np.repeat(np.linspace(0, 255, GREYS), 3)
    classes = np.array([ImageColor.getrgb(category.colour) for category in categories.categories]) * FILL
    faded = [classes + (255 - classes) * paper for paper in FADING]
    return [round(value) for value in np.concatenate([greys, *map(np.ravel, faded)])]


def _about(name: str) -> str:
    """Return what the comment that a preset begins with says."""
    lines = []
    for line in preset_text(PACKAGE, name).splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def _picture(name: str) -> str:
    return (SHEETS / f"{name}.png").relative_to(PAGE.parent).as_posix()


def check(page: str) -> None:
    """Raise SystemExit if anything is not up to date."""
    if page != written(page):
        raise SystemExit(f"{PAGE} is not what the drawing options and presets say: run make docs")
    there = sorted(path.stem for path in SHEETS.glob("*.png"))
    if there != preset_names(PACKAGE):
        raise SystemExit(f"{SHEETS} shows the presets {there}, but there are {preset_names(PACKAGE)}: run make docs")


def main() -> None:
    """Write or check."""
    page = PAGE.read_text("utf-8")
    if "--check" in sys.argv:
        check(page)
        return
    PAGE.write_text(written(page), "utf-8")
    SHEETS.mkdir(parents=True, exist_ok=True)
    for path in SHEETS.glob("*.png"):
        path.unlink()
    for name in preset_names(PACKAGE):
        drawn = preview(RenderConfig(domain=DOMAIN, preset=name, samples=SAMPLES, seed=0))
        (SHEETS / f"{name}.png").write_bytes(sheet(drawn))


if __name__ == "__main__":
    main()
