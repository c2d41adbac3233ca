"""Export as one call: a sealed dataset, or predictions, become a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from maskline.contract.artifact import FIRST_RECORD, Artifact
from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Exchange, ExportConfig, Predicted, exchange_of
from maskline.contract.shard import Dataset
from maskline.render.exporting.folder import new_folder
from maskline.render.exporting.predictions import of_artifact


def export(artifact: Artifact, place: Path, options: Mapping[str, Any]) -> list[str]:
    """Write a dataset, or predictions, to `place`, which is there as a whole or not at all.

    options: fields of the kind's `ExportConfig`.  Returns what could not be told in the layout, one line each.
    Raises InvalidInput if something is at `place`, for other artifacts, or if the kind has no such layout or options;
    Corrupt for damaged files.
    """
    record = artifact.manifest.of
    if artifact.manifest.kind == "predictions":
        return submit(of_artifact(artifact), place, options, record)
    if artifact.manifest.kind != "dataset":
        raise InvalidInput(f"{artifact.uri} is a {artifact.manifest.kind}: datasets and predictions are exported")
    kind = exchange_of(record)
    config = _config(kind, "records", record, options)
    with new_folder(place) as folder:
        return kind.export(Dataset(artifact), folder, config)


def submit(predicted: Predicted, place: Path, options: Mapping[str, Any], record: str = FIRST_RECORD) -> list[str]:
    """Write what was predicted to `place`, as `export` does.  record: its kind."""
    kind = exchange_of(record)
    config = _config(kind, "predictions", record, options)
    with new_folder(place) as folder:
        return kind.submit(predicted, folder, config)


def _config(
    kind: Exchange, what: Literal["records", "predictions"], record: str, options: Mapping[str, Any]
) -> ExportConfig:
    """Return the config with one of the layouts, the first if none is asked for.  Raises InvalidInput."""
    config = parse(kind.export_config, options, "export")
    layouts = kind.layouts if what == "records" else kind.submissions
    layout = config.layout or next(iter(layouts), "")
    if not layout or layout not in layouts:
        there = ", ".join(layouts) or "none"
        raise InvalidInput(f"--layout {layout}: {what} of kind '{record}' have no such (there are: {there})")
    return config.model_copy(update={"layout": layout})
