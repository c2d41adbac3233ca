"""Write what docs say of the presets of each domain: a contact sheet each, and every option.

usage: rendering.py [--check]     --check draws and writes nothing, and fails if the text is not what the models and
presets say, or a preset has no contact sheet; whether a sheet shows what would be drawn today it does not know
"""

import io
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
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

DOCS = Path(__file__).parents[1]
SAMPLES = 9
MOST_BYTES = 200_000
SIZES = tuple(product((256, 200, 160), (64, 8)))
"""Side of a picture on the sheet in pixels, and colours beside its own ones, best first: scans need much space."""
GREYS = 16
FADING = (0, 0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the docs.  domain: that it tells of.  sheets: folder of the contact sheets, one a preset."""

    domain: str
    path: Path
    sheets: Path

    @property
    def package(self) -> str:
        """Where the presets are."""
        return f"maskline.{self.domain}"

    def written(self, page: str) -> str:
        """Return the page with its generated parts as they should be."""
        domain: RenderDomain = load_domain("maskline.render", self.domain)
        names = preset_names(self.package)
        page = replaced(page, "presets", "\n".join(self._section(name) for name in names))
        return replaced(page, "options", option_tables({name: domain.drawing(name, {}) for name in names}))

    def _section(self, name: str) -> str:
        picture = (self.sheets / f"{name}.png").relative_to(self.path.parent).as_posix()
        return f"### {name}\n\n{_about(self.package, name)}\n\n![samples of {name}]({picture})\n"

    def check(self) -> None:
        """Raise SystemExit if anything is not up to date."""
        page = self.path.read_text("utf-8")
        if page != self.written(page):
            raise SystemExit(f"{self.path} is not what the drawing options and presets say: run make docs")
        there, names = sorted(path.stem for path in self.sheets.glob("*.png")), preset_names(self.package)
        if there != names:
            raise SystemExit(f"{self.sheets} shows the presets {there}, but there are {names}: run make docs")

    def write(self) -> None:
        """Write the page and draw its contact sheets."""
        self.path.write_text(self.written(self.path.read_text("utf-8")), "utf-8")
        self.sheets.mkdir(parents=True, exist_ok=True)
        for path in self.sheets.glob("*.png"):
            path.unlink()
        for name in preset_names(self.package):
            drawn = preview(RenderConfig(domain=self.domain, preset=name, samples=SAMPLES, seed=0))
            (self.sheets / f"{name}.png").write_bytes(sheet(drawn))


PAGES = (
    Page("molecules", DOCS / "rendering.md", DOCS / "images/presets"),
    Page("sketches", DOCS / "sketches.md", DOCS / "images/sketches"),
    Page("cells", DOCS / "cells.md", DOCS / "images/cells"),
    Page("tomograms", DOCS / "tomograms.md", DOCS / "images/tomograms"),
)


def sheet(shown: Preview) -> bytes:
    """Return a contact sheet as a PNG of at most MOST_BYTES, or as near to that as SIZES allow."""
    data = b""
    for side, colours in SIZES:
        pixels = contact_sheet(shown, side)
        image = Image.fromarray(pixels)
        palette = Image.new("P", (1, 1))
        palette.putpalette([*_own_colours(shown.categories), *_colours_of(pixels, colours)])
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
    colours = dict.fromkeys(category.colour for category in categories.categories)
    classes = np.array([ImageColor.getrgb(colour) for colour in colours]) * FILL
    faded = [classes + (255 - classes) * paper for paper in FADING]
    return [round(value) for value in np.concatenate([greys, *map(np.ravel, faded)])]


def _colours_of(pixels: NDArray[np.uint8], most: int) -> list[int]:
    """Return colours, r, g, b one after another, that come near to those of pixels which are not grey."""
    coloured = pixels[np.ptp(pixels, axis=-1) > 0]
    return (Image.fromarray(coloured[None]).quantize(most).getpalette() or []) if len(coloured) else []


def _about(package: str, name: str) -> str:
    """Return what the comment that a preset begins with says."""
    lines = []
    for line in preset_text(package, name, "draw preset").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def main() -> None:
    """Write or check."""
    for page in PAGES:
        if "--check" in sys.argv:
            page.check()
        else:
            page.write()


if __name__ == "__main__":
    main()
