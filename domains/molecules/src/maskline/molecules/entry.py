"""The molecules domain as the render stage finds it.  RDKit is imported when a renderer is opened, not before."""

from collections.abc import Mapping
from typing import Any

from maskline.contract import config
from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.domain import Renderer
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import digest
from maskline.contract.store import read_uri
from maskline.molecules.categories import TABLE
from maskline.molecules.options import DrawingOptions
from maskline.molecules.sources import entries, excluded_blocks, read_source


class MoleculeDomain:
    """Molecular diagrams from SMILES."""

    name = "molecules"
    modules = ("maskline.molecules",)
    libraries = ("rdkit", "numpy")

    def drawing(self, preset: str, overrides: Mapping[str, Any]) -> DrawingOptions:
        """Return the options of a preset with `overrides` laid over them.  Raises InvalidInput."""
        values = config.merge(config.load_preset("maskline.molecules", preset), overrides)
        return config.parse(DrawingOptions, values, f"drawing of preset '{preset}'")

    def categories(self, drawing: Config) -> CategoryTable:  # noqa: ARG002 - one policy, whatever is drawn
        """Return the six classes."""
        return TABLE

    def sources(self, drawing: Config) -> dict[str, str]:
        """Return the digests of the SMILES source and the exclusion list.  Raises NotFound, InvalidInput."""
        options = _options(drawing)
        inputs = {"source": f"sha256:{digest(read_source(options.source))}"}
        if options.exclude:
            inputs["exclude"] = f"sha256:{digest(read_uri(options.exclude))}"
        return inputs

    def open(self, drawing: Config) -> Renderer:
        """Read the source and load RDKit.  Raises NotFound, InvalidInput."""
        from maskline.molecules.molecule import MoleculeSource
        from maskline.molecules.renderer import MoleculeRenderer

        options = _options(drawing)
        found = entries(options.source, options.column, read_source(options.source))
        excluded = excluded_blocks(options.exclude, read_uri(options.exclude)) if options.exclude else frozenset()
        return MoleculeRenderer(options, MoleculeSource(options, found, excluded))


def _options(drawing: Config) -> DrawingOptions:
    if not isinstance(drawing, DrawingOptions):
        raise InvalidInput(f"the molecules domain draws with DrawingOptions, not with {type(drawing).__name__}")
    return drawing


domain = MoleculeDomain()
