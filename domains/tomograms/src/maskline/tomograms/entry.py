"""The tomograms domain as the render stage finds it.  numpy is imported when a renderer is opened, not before."""

from collections.abc import Mapping
from typing import Any

from maskline.contract import config
from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config, canonical_json
from maskline.contract.domain import RenderDomain, Renderer
from maskline.contract.drawing.described import described
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import digest
from maskline.contract.store import read_uri
from maskline.tomograms.categories import table
from maskline.tomograms.complexes.family import PACKAGE, Family
from maskline.tomograms.complexes.files import map_files
from maskline.tomograms.options import DrawingOptions


class TomogramDomain(RenderDomain):
    """Cryo-electron tomograms of macromolecular complexes."""

    name = "tomograms"
    record = "volume/1"
    modules = ("maskline.tomograms",)
    libraries = ("mrcfile", "numpy")

    def drawing(self, preset: str, overrides: Mapping[str, Any]) -> DrawingOptions:
        """Return the options of a preset with `overrides` laid over them; files that describe families are read.

        Raises InvalidInput, NotFound.
        """
        values = config.merge(config.load_preset(PACKAGE, preset, "draw preset"), overrides)
        if isinstance(own := values.get("own"), list | tuple):
            values["own"] = [described(Family, one, "family") for one in own]
        return config.parse(DrawingOptions, values, f"drawing of preset '{preset}'")

    def categories(self, drawing: Config) -> CategoryTable:
        """Return the classes of the drawing's policy."""
        return table(_options(drawing).classes)

    def sources(self, drawing: Config) -> dict[str, str]:
        """Return the digests of structures and densities that the drawing names.  Raises NotFound, InvalidInput."""
        options = _options(drawing)
        found = {f"structure {number}": read_uri(uri) for number, uri in enumerate(options.structures, 1)}
        if options.densities:
            maps = {name: digest(data) for name, data in map_files(options.densities).items()}
            found["densities"] = canonical_json(maps)
        return {role: f"sha256:{digest(data)}" for role, data in found.items()}

    def open(self, drawing: Config) -> Renderer:
        """Read the files that the drawing names, and make all densities.  Raises NotFound, InvalidInput."""
        from maskline.tomograms.renderer import TomogramRenderer

        return TomogramRenderer(_options(drawing))


def _options(drawing: Config) -> DrawingOptions:
    if not isinstance(drawing, DrawingOptions):
        raise InvalidInput(f"the tomograms domain draws with DrawingOptions, not with {type(drawing).__name__}")
    return drawing


domain = TomogramDomain()
