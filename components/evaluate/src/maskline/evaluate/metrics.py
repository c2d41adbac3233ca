"""The figures of a report, as they stand in `metrics.json`."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from maskline.contract.coco.average_precision import AveragePrecision, average_precision
from maskline.contract.config import Config
from maskline.contract.domain import Measures
from maskline.evaluate.cases import Case, tally
from maskline.evaluate.config import EvaluateConfig


class ClassMetrics(Config):
    """One class.  Average precisions are None where the truth holds no instance of it."""

    ap: float | None = Field(description="mask AP over IoU .50 to .95")
    ap50: float | None
    ap75: float | None
    box_ap: float | None
    box_ap50: float | None
    box_ap75: float | None
    truths: int
    detections: int = Field(description="of any score")
    found: int = Field(description="instances met by a detection above the score threshold, mask IoU at least .5")
    rough: int = Field(description="missed, though a detection of the class covers them with an IoU of .1 to .5")
    mistaken: int = Field(description="missed, met by a detection of another class")
    unseen: int = Field(description="missed altogether")
    false_alarms: int = Field(description="detections above the score threshold that met nothing")


class Metrics(Config):
    """All figures of one report.  Average precisions are COCO's, 0..1; None where the truth holds nothing to find."""

    schema_version: Literal["maskline/metrics/1"] = "maskline/metrics/1"
    split: str
    images: int
    images_without_detections: int = Field(description="nothing in them scored above the threshold")
    truths: int
    detections: int = Field(description="of any score")
    mask_ap: float | None
    mask_ap50: float | None
    mask_ap75: float | None
    mask_ap_small: float | None = Field(description="instances below 32 * 32 square pixels")
    mask_ap_medium: float | None
    mask_ap_large: float | None = Field(description="instances above 96 * 96 square pixels")
    box_ap: float | None
    box_ap50: float | None
    box_ap75: float | None
    box_ap_small: float | None
    box_ap_medium: float | None
    box_ap_large: float | None
    score_threshold: float = Field(description="precision, recall, f1 and counts of hits and misses are at this score")
    precision: float | None = Field(description="share of the detections that met an instance; None: no detections")
    recall: float | None = Field(description="share of the instances that were met; None: no instances")
    f1: float | None
    per_class: dict[str, ClassMetrics]
    curves: dict[str, list[float]] = Field(description="mask precision at IoU .5 for recalls 0, .01 ... 1")
    domain: dict[str, Measures] = Field(description="the domain's own measures, if it has any")
    remarks: tuple[str, ...] = Field(default=(), description="where a limit was met, and what that means")
    readings: dict[str, "Metrics"] = Field(
        default={}, description="name of a reading -> the figures of the same results, read so"
    )


def measure(
    truth: dict[str, Any],
    results: Sequence[dict[str, Any]],
    cases: Sequence[Case],
    config: EvaluateConfig,
    domain: Mapping[str, Measures],
) -> Metrics:
    """Score results against a COCO document.  cases: the same, matched.  domain: what the domain's scorer found."""
    mask = average_precision(truth, results, "segm", config.max_detections)
    box = average_precision(truth, results, "bbox", config.max_detections)
    per_class = _per_class(mask, box, tally(cases, {entry["id"]: entry["name"] for entry in truth["categories"]}))
    found = sum(figures.found for figures in per_class.values())
    false_alarms = sum(figures.false_alarms for figures in per_class.values())
    truths = sum(figures.truths for figures in per_class.values())
    return Metrics(
        split=config.split,
        images=len(cases),
        images_without_detections=sum(not case.detections for case in cases),
        truths=truths,
        detections=len(results),
        **_figures("mask", mask),
        **_figures("box", box),
        score_threshold=config.score_threshold,
        precision=_share(found, found + false_alarms),
        recall=_share(found, truths),
        f1=_share(2 * found, found + false_alarms + truths),
        per_class=per_class,
        curves=mask.curves,
        domain=dict(domain),
    )


def _figures(prefix: str, precision: AveragePrecision) -> dict[str, Any]:
    names = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large")
    return {f"{prefix}_{name}": getattr(precision, name) for name in names}


def _per_class(
    mask: AveragePrecision, box: AveragePrecision, counts: dict[str, dict[str, int]]
) -> dict[str, ClassMetrics]:
    return {
        name: ClassMetrics(
            ap=masks.ap,
            ap50=masks.ap50,
            ap75=masks.ap75,
            box_ap=box.per_class[name].ap,
            box_ap50=box.per_class[name].ap50,
            box_ap75=box.per_class[name].ap75,
            detections=masks.detections,
            **counts[name],
        )
        for name, masks in mask.per_class.items()
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
