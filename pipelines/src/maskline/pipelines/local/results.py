"""What a complete run leaves for people: summary.json, report.html, overlays, and lines to read.

What there is depends on the pipeline: a report where something was trained and evaluated, overlays where pictures were
segmented.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskline.contract.artifact import open_sealed
from maskline.contract.domain import Measures
from maskline.contract.errors import Corrupt
from maskline.contract.kind.evaluation import evaluation_of
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.local.runner import Results


@dataclass(frozen=True)
class Outcome:
    """What a run's report says."""

    figures: Mapping[str, Any]
    tables: Mapping[str, Measures]
    images: int  # COCO's word for records
    split: str
    decision: str  # with its reason; both empty where nobody was to be champion
    reason: str
    report: str
    checkpoint: str
    seconds: float

    def summary(self) -> dict[str, Any]:
        """Return the content of summary.json."""
        return {
            **self.figures,
            "seconds": round(self.seconds, 1),
            "report": self.report,
            "checkpoint": self.checkpoint,
        }


def is_report(results: Results) -> bool:
    """Say whether the pipeline that ran left a report, as opposed to somebody's own."""
    return bool(_judged(results))


def collect(results: Results, folder: Folder, seconds: float) -> Outcome:
    """Read the report of a finished run, copy it to the folder and write summary.json.

    The overlays of an older run go: they are not of this model.
    """
    judged = _judged(results)
    report = open_sealed(judged["report_uri"], "report")
    kind = evaluation_of(report.manifest.of)
    folder.report.write_bytes(report.read("report.html"))
    outcome = Outcome(
        figures=kind.told(report),
        tables=kind.tables(report),
        images=report.manifest.figures["images"],
        split=report.manifest.config["split"],
        decision=judged.get("decision", ""),
        reason=judged.get("reason", ""),
        report=str(folder.report),
        checkpoint=report.manifest.inputs.get("checkpoint", ""),
        seconds=seconds,
    )
    folder.summary.write_text(json.dumps(outcome.summary(), indent=2) + "\n")
    shutil.rmtree(folder.overlays, ignore_errors=True)
    return outcome


def _judged(results: Results) -> Mapping[str, Any]:
    """Return the outputs of the step that evaluated, if there was one: in a contest, or a model on its own."""
    found = (results.parameters.get(step, {}) for step in ("contest", "evaluate"))
    return next((outputs for outputs in found if "report_uri" in outputs), {})


def predictions_of(results: Results) -> str:
    """Return the URI of the predictions on the user's own pictures, or "" if there were none."""
    uri: str = results.parameters.get("predict-pictures", {}).get("predictions_uri", "")
    return uri


@dataclass(frozen=True)
class Overlays:
    """The user's own pictures with what was found drawn over them."""

    folder: Path
    count: int
    checkpoint: str  # that found it
    unreadable: Sequence[Mapping[str, str]]  # file_name and reason


def copy_overlays(predictions_uri: str, folder: Folder) -> Overlays:
    """Copy the overlays of predictions to the folder, in place of those of an older run."""
    predictions = open_sealed(predictions_uri, "predictions")
    shutil.rmtree(folder.overlays, ignore_errors=True)
    folder.overlays.mkdir()
    names = [name for name in predictions.manifest.files if name.startswith("overlays/")]
    for name in names:
        path = folder.path / name
        if not path.resolve().is_relative_to(folder.overlays.resolve()):
            raise Corrupt(f"{predictions_uri} names a file outside its folder: {name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(predictions.read(name))
    manifest, count = predictions.manifest, sum(name.endswith(".png") for name in names)
    return Overlays(folder.overlays, count, manifest.inputs.get("checkpoint", ""), manifest.figures["unreadable"])
