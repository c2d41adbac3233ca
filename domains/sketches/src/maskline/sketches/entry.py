"""The sketches domain as the render stage finds it."""

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.domain import RenderDomain, Renderer
from maskline.sketches.categories import TABLE


class SketchDomain(RenderDomain):
    """Hand-drawn objects and scenes."""

    name = "sketches"
    record = "strokes/1"
    modules = ("maskline.sketches", "maskline.strokes")
    libraries = ("numpy",)

    def categories(self, drawing: Config) -> CategoryTable:
        """Return the classes."""
        del drawing
        return TABLE

    def open(self, drawing: Config) -> Renderer:
        """Open a hand that draws."""
        raise NotImplementedError


domain = SketchDomain()
