"""Export as one call: a sealed dataset becomes a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import exchange_of
from maskline.contract.shard import Dataset
from maskline.render.exporting.folder import new_folder


def export(artifact: Artifact, place: Path, options: Mapping[str, Any]) -> list[str]:
    """Write the dataset to `place`, which is there as a whole or not at all.

    options: fields of the kind's `ExportConfig`.  Returns what could not be told in the layout, one line each.
    Raises InvalidInput if something is at `place` or if the kind has no such layout or options; Corrupt for damaged
    files.
    """
    kind = exchange_of(artifact.manifest.of)
    config = parse(kind.export_config, options, "export")
    layout = config.layout or kind.layouts[0]
    if layout not in kind.layouts:
        there = ", ".join(kind.layouts)
        raise InvalidInput(
            f"--layout {layout}: records of kind '{artifact.manifest.of}' have no such (there are: {there})"
        )
    with new_folder(place) as folder:
        return kind.export(Dataset(artifact), folder, config.model_copy(update={"layout": layout}))
