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
from maskline.contract.errors import Corrupt
from maskline.pipelines.local.figures import read_in
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.local.runner import Results


@dataclass(frozen=True)
class Outcome:
    """The figures of a run's report.  Average precisions are 0..1, or None where there was nothing to find."""

    metrics: Mapping[str, Any]  # the report's metrics.json
    decision: str  # with its reason; both empty where nobody was to be champion
    reason: str
    report: str
    checkpoint: str
    seconds: float

    def summary(self) -> dict[str, Any]:
        """Return the content of summary.json."""
        return {
            "mask_ap75": self.metrics["mask_ap75"],
            **_precision(self.metrics),
            "readings": {name: _precision(read) for name, read in read_in(self.metrics).items()},
            "images": self.metrics["images"],
            "seconds": round(self.seconds, 1),
            "report": self.report,
            "checkpoint": self.checkpoint,
        }


def _precision(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "mask_ap": metrics["mask_ap"],
        "mask_ap50": metrics["mask_ap50"],
        "per_class_ap50": {name: figures["ap50"] for name, figures in metrics["per_class"].items()},
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
    folder.report.write_bytes(report.read("report.html"))
    outcome = Outcome(
        metrics=json.loads(report.read("metrics.json")),
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
    manifest = predictions.manifest
    return Overlays(folder.overlays, len(names), manifest.inputs.get("checkpoint", ""), manifest.figures["unreadable"])
