"""The sketches domain as the render stage finds it.  numpy is imported when a renderer is opened, not before."""

from collections.abc import Mapping
from typing import Any

from maskline.contract import config
from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.domain import RenderDomain, Renderer
from maskline.contract.drawing.described import described
from maskline.contract.errors import InvalidInput
from maskline.sketches.grammar.description import Grammar
from maskline.sketches.grammar.reading import PACKAGE
from maskline.sketches.options import DrawingOptions, table_of


class SketchDomain(RenderDomain):
    """Hand-drawn objects and scenes."""

    name = "sketches"
    record = "strokes/1"
    modules = ("maskline.sketches", "maskline.strokes.sketch", "maskline.strokes.classes", "maskline.strokes.formats")
    libraries = ("numpy",)

    def drawing(self, preset: str, overrides: Mapping[str, Any]) -> DrawingOptions:
        """Return the options of a preset with `overrides` laid over them; files that they name are read.

        Raises InvalidInput, NotFound.
        """
        values = config.merge(config.load_preset(PACKAGE, preset, "draw preset"), overrides)
        if isinstance(own := values.get("own"), list | tuple):
            values["own"] = [described(Grammar, one, "category") for one in own]
        where = f"drawing of preset '{preset}'"
        options = config.parse(DrawingOptions, values, where)
        if not options.drawings or options.classes:
            return options
        from maskline.sketches.collected import classes_of

        return config.parse(DrawingOptions, values | {"classes": classes_of(options.drawings)}, where)

    def categories(self, drawing: Config) -> CategoryTable:
        """Return the classes under the drawing's policy."""
        return table_of(_options(drawing))

    def sources(self, drawing: Config) -> dict[str, str]:
        """Return the digest of the drawings that objects are taken from, if they are.  Raises NotFound."""
        options = _options(drawing)
        if not options.drawings:
            return {}
        from maskline.sketches.collected import contents

        return {"drawings": contents(options.drawings)}

    def open(self, drawing: Config) -> Renderer:
        """Open a hand that draws; read the drawings that objects are taken from.  Raises NotFound, InvalidInput."""
        from maskline.sketches.renderer import SketchRenderer

        return SketchRenderer(_options(drawing))


def _options(drawing: Config) -> DrawingOptions:
    if not isinstance(drawing, DrawingOptions):
        raise InvalidInput(f"the sketches domain draws with DrawingOptions, not with {type(drawing).__name__}")
    return drawing


domain = SketchDomain()
