"""Results scored as they stand and, if so asked, as the domain reads them."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.coco.average_precision import AveragePrecision, average_precision
from maskline.contract.domain import Measures, Scorer
from maskline.pictures.evaluation.cases import Case, compare, tally
from maskline.pictures.evaluation.config import PictureEvaluation
from maskline.pictures.evaluation.metrics import ClassMetrics, Metrics


def score(
    truth: dict[str, Any], results: list[dict[str, Any]], config: PictureEvaluation, scorer: Scorer
) -> tuple[Metrics, list[Case]]:
    """Return the figures, those of the reading among them, and the matched pictures: read as asked for."""
    metrics, cases = _plain(truth, results, config, scorer)
    if not config.reading:
        return metrics, cases
    read, read_cases = _plain(truth, scorer.readings[config.reading](truth, results), config, scorer)
    return metrics.model_copy(update={"readings": {config.reading: read}}), read_cases


def _plain(
    truth: dict[str, Any], results: list[dict[str, Any]], config: PictureEvaluation, scorer: Scorer
) -> tuple[Metrics, list[Case]]:
    cases = compare(truth, results, config.score_threshold)
    return measure(truth, results, cases, config, scorer.score(truth, results)), cases


def measure(
    truth: dict[str, Any],
    results: Sequence[dict[str, Any]],
    cases: Sequence[Case],
    config: PictureEvaluation,
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
