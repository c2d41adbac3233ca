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

from rich.table import Table

from maskline.contract.artifact import open_sealed
from maskline.contract.domain import Measures
from maskline.contract.errors import Corrupt
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
            **{name: self.metrics[name] for name in ("mask_ap", "mask_ap50", "mask_ap75")},
            "per_class_ap50": {name: figures["ap50"] for name, figures in self.metrics["per_class"].items()},
            "images": self.metrics["images"],
            "seconds": round(self.seconds, 1),
            "report": self.report,
            "checkpoint": self.checkpoint,
        }

    def tables(self) -> list[Table]:
        """Return the figures as tables: average precision of all classes, then each; the domain's own measures."""
        domain = self.metrics.get("domain", {})
        return [self._precision(), *(_measures(name, table) for name, table in domain.items()), *self._read_measures()]

    def _precision(self) -> Table:
        readings = self._readings()
        table = Table("class", title="average precision of masks", title_justify="left")
        for name in (
            "AP50",
            "AP50-95",
            "AP75",
            *(f"{f}, {_spelled(n)}" for n in readings for f in ("AP50", "AP50-95")),
        ):
            table.add_column(name, justify="right")
        names = ("mask_ap50", "mask_ap", "mask_ap75")
        read = [other[name] for other in readings.values() for name in names[:2]]
        table.add_row("all", *map(_figure, (*(self.metrics[name] for name in names), *read)), style="bold")
        for name, figures in self.metrics["per_class"].items():
            read = [other["per_class"][name][key] for other in readings.values() for key in ("ap50", "ap")]
            table.add_row(name, *map(_figure, (*(figures[key] for key in ("ap50", "ap", "ap75")), *read)))
        return table

    def _read_measures(self) -> list[Table]:
        return [
            _measures(f"{name}, {_spelled(reading)}", table)
            for reading, read in self._readings().items()
            for name, table in read["domain"].items()
        ]

    def _readings(self) -> Mapping[str, Any]:
        """Return reading -> its figures; reports of older versions have none."""
        readings: Mapping[str, Any] = self.metrics.get("readings", {})
        return readings


def is_report(results: Results) -> bool:
    """Say whether the pipeline that ran left a report, as opposed to somebody's own."""
    return "report_uri" in results.parameters.get("evaluate", {})


def collect(results: Results, folder: Folder, seconds: float) -> Outcome:
    """Read the report of a finished run, copy it to the folder and write summary.json.

    The overlays of an older run go: they are not of this model.
    """
    written = results.parameters
    report = open_sealed(written["evaluate"]["report_uri"], "report")
    folder.report.write_bytes(report.read("report.html"))
    outcome = Outcome(
        metrics=json.loads(report.read("metrics.json")),
        decision=written.get("promote", {}).get("decision", ""),
        reason=written.get("promote", {}).get("reason", ""),
        report=str(folder.report),
        checkpoint=report.manifest.inputs.get("checkpoint", ""),
        seconds=seconds,
    )
    folder.summary.write_text(json.dumps(outcome.summary(), indent=2) + "\n")
    shutil.rmtree(folder.overlays, ignore_errors=True)
    return outcome


def predictions_of(results: Results) -> str:
    """Return the URI of the predictions on the user's own pictures, or "" if there were none."""
    uri: str = results.parameters.get("predict-seal", {}).get("predictions_uri", "")
    return uri


@dataclass(frozen=True)
class Overlays:
    """The user's own pictures with what was found drawn over them."""

    folder: Path
    count: int
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
    return Overlays(folder.overlays, len(names), predictions.manifest.figures["unreadable"])


def _measures(name: str, given: Mapping[str, Any]) -> Table:
    measures = Measures.model_validate(given)
    table = Table(_spelled(name), caption=measures.caption, caption_justify="left")
    for column in measures.columns:
        table.add_column(column, justify="right")
    for row, figures in measures.rows.items():
        table.add_row(row, *(_figure(figures.get(column)) for column in measures.columns))
    return table


def _spelled(name: str) -> str:
    return name.replace("_", " ")


def _figure(value: float | int | None) -> str:  # noqa: PYI041 - to mypy no float is an int
    """Write a count as it is, a share with three decimals."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
