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
from maskline.molecules.categories import table
from maskline.molecules.sources.reading import entries, excluded_blocks, read_source
from maskline.molecules.styles.options import DrawingOptions

PACKAGE = "maskline.molecules"
TAKEN_OVER = "preset"


class MoleculeDomain:
    """Molecular diagrams from SMILES."""

    name = "molecules"
    record = "coco/1"
    modules = ("maskline.molecules",)
    libraries = ("rdkit", "freetype-py", "numpy")

    def drawing(self, preset: str, overrides: Mapping[str, Any]) -> DrawingOptions:
        """Return the options of a preset with `overrides` laid over them.  Raises InvalidInput."""
        values = config.merge(config.load_preset(PACKAGE, preset, "draw preset"), overrides)
        if isinstance(values.get("styles"), Mapping):
            values["styles"] = {name: _taken_over(style) for name, style in values["styles"].items()}
        return config.parse(DrawingOptions, values, f"drawing of preset '{preset}'")

    def categories(self, drawing: Config) -> CategoryTable:
        """Return the classes of the drawing's policy."""
        return table(_options(drawing).classes)

    def sources(self, drawing: Config) -> dict[str, str]:
        """Return the digests of the SMILES source and the exclusion list.  Raises NotFound, InvalidInput."""
        options = _options(drawing)
        inputs = {"source": f"sha256:{digest(read_source(options.source))}"}
        if options.exclude:
            inputs["exclude"] = f"sha256:{digest(read_uri(options.exclude))}"
        return inputs

    def open(self, drawing: Config) -> Renderer:
        """Read the source and load RDKit.  Raises NotFound, InvalidInput."""
        from maskline.molecules.renderer import MoleculeRenderer
        from maskline.molecules.sources.molecules import MoleculeSource

        options = _options(drawing)
        found = entries(options.source, options.column, read_source(options.source))
        excluded = excluded_blocks(options.exclude, read_uri(options.exclude)) if options.exclude else frozenset()
        return MoleculeRenderer(options, MoleculeSource(options, found, excluded))


def _taken_over(style: Any) -> Any:
    """Lay a style over the one it takes over, `preset: PRESET` or `preset: PRESET/STYLE`.  Raises InvalidInput."""
    if not isinstance(style, Mapping) or TAKEN_OVER not in style:
        return style
    preset, _, named = str(style[TAKEN_OVER]).partition("/")
    name = named or preset
    styles = config.load_preset(PACKAGE, preset, "draw preset").get("styles", {})
    if name not in styles:
        raise InvalidInput(f"preset '{preset}' has no style '{name}' to take over (there are: {', '.join(styles)})")
    own = {key: value for key, value in style.items() if key != TAKEN_OVER}
    return config.merge(_taken_over(styles[name]), own)


def _options(drawing: Config) -> DrawingOptions:
    if not isinstance(drawing, DrawingOptions):
        raise InvalidInput(f"the molecules domain draws with DrawingOptions, not with {type(drawing).__name__}")
    return drawing


domain = MoleculeDomain()
