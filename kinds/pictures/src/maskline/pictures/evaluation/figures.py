"""The figures of a report as a run tells them, read as they stand: reports of older versions know of fewer."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.domain import Measures

Metrics = Mapping[str, Any]
"""What metrics.json holds."""
FIELDS = {"AP50": "mask_ap50", "AP50-95": "mask_ap", "AP75": "mask_ap75"}
OF_A_CLASS = {"AP50": "ap50", "AP50-95": "ap", "AP75": "ap75"}
AGREEMENT = {
    "F1": "f1",
    "IoU": "mean_iou",
    "Kaggle mAP": "kaggle_map",
    "PQ": "panoptic_quality",
    "AJI": "aggregated_jaccard",
    "off by": "count_error",
}
READ = ("AP50", "AP50-95")
"""Of AP, what is told of readings, too."""


def told(metrics: Metrics) -> dict[str, Any]:
    """Return what summary.json tells.  Average precisions are 0..1, or None where there was nothing to find."""
    return {
        "images": metrics["images"],
        "mask_ap75": metrics["mask_ap75"],
        **_told(metrics),
        "readings": {name: _told(read) for name, read in _readings(metrics).items()},
    }


def _told(metrics: Metrics) -> dict[str, Any]:
    return {
        "mask_ap": metrics["mask_ap"],
        "mask_ap50": metrics["mask_ap50"],
        "per_class_ap50": {name: figures["ap50"] for name, figures in metrics["per_class"].items()},
    }


def tables(metrics: Metrics) -> dict[str, Measures]:
    """Return average precision and agreement, of all classes and of each, then the domain's own measures.

    Readings stand beside them.
    """
    readings = _readings(metrics)
    found = {"average precision of masks": _precision(metrics, readings)}
    if "kaggle_map" in metrics:
        found["agreement of masks and counts"] = _agreement(metrics)
    found |= {name: Measures.model_validate(measures) for name, measures in metrics["domain"].items()}
    for reading, other in readings.items():
        named = {f"{name}, {reading}": measures for name, measures in other["domain"].items()}
        found |= {name: Measures.model_validate(measures) for name, measures in named.items()}
    return found


def _precision(metrics: Metrics, readings: Mapping[str, Metrics]) -> Measures:
    heads: Sequence[str] = [*FIELDS, *(f"{head}, {reading}" for reading in readings for head in READ)]
    rows = {"all": _row(metrics, list(readings.values()), FIELDS)}
    for name, figures in metrics["per_class"].items():
        rows[name] = _row(figures, [other["per_class"][name] for other in readings.values()], OF_A_CLASS)
    return Measures(
        caption="",
        columns=list(heads),
        rows={name: dict(zip(heads, values, strict=True)) for name, values in rows.items()},
    )


def _agreement(metrics: Metrics) -> Measures:
    rows = {"all": metrics, **metrics["per_class"]}
    return Measures(
        caption=f"Detections that score at least {metrics['score_threshold']:g}. Off by: instances too many or too few "
        "in a picture, on average.",
        columns=list(AGREEMENT),
        rows={name: {head: of[figure] for head, figure in AGREEMENT.items()} for name, of in rows.items()},
    )


def _row(own: Metrics, read: Sequence[Metrics], fields: Mapping[str, str]) -> list[float | None]:
    return [own[field] for field in fields.values()] + [other[fields[head]] for other in read for head in READ]


def _readings(metrics: Metrics) -> Mapping[str, Metrics]:
    """Return reading -> the figures under it."""
    readings: Mapping[str, Metrics] = metrics.get("readings", {})
    return readings
