"""Results scored as they stand and, if so asked, as the domain reads them."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.coco.average_precision import AveragePrecision, ClassPrecision, average_precision
from maskline.contract.domain import Measures, Scorer
from maskline.pictures.evaluation.agreement import measured
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
    counts = tally(cases, {entry["id"]: entry["name"] for entry in truth["categories"]})
    pictures = [case.overlap for case in cases]
    agreement = {entry["name"]: measured.of_class(pictures, entry["id"]) for entry in truth["categories"]}
    return Metrics(
        split=config.split,
        images=len(cases),
        images_without_detections=sum(not case.detections for case in cases),
        truths=sum(count["truths"] for count in counts.values()),
        detections=len(results),
        **_figures("mask", mask),
        **_figures("box", box),
        score_threshold=config.score_threshold,
        **measured.of_all(pictures, agreement.values()),
        per_class={
            name: _class(of, box.per_class[name], {**counts[name], **agreement[name]})
            for name, of in mask.per_class.items()
        },
        curves=mask.curves,
        domain=dict(domain),
    )


def _figures(prefix: str, precision: AveragePrecision) -> dict[str, Any]:
    names = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large")
    return {f"{prefix}_{name}": getattr(precision, name) for name in names}


def _class(mask: ClassPrecision, box: ClassPrecision, figures: Mapping[str, Any]) -> ClassMetrics:
    return ClassMetrics(
        ap=mask.ap,
        ap50=mask.ap50,
        ap75=mask.ap75,
        box_ap=box.ap,
        box_ap50=box.ap50,
        box_ap75=box.ap75,
        detections=mask.detections,
        **figures,
    )
