"""Markdown for the Kubeflow UI: the report and the decision on one screen."""

from maskline.contract.record import Record
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.report.page import sentence
from maskline.evaluate.report.tables import number

OUTCOMES = {
    "promoted": "The challenger is the new champion",
    "kept": "The champion stays",
    "unchanged": "The champion is the same checkpoint",
}


def report_summary(metrics: Metrics, uri: str) -> str:
    """Return the headline figures and a row per class."""
    rows = [
        f"| {name} | {number(row.ap50)} | {number(row.ap)} | {number(row.ap75)} | {row.truths} | {row.detections} |"
        for name, row in metrics.per_class.items()
    ]
    total = f"| **{number(metrics.mask_ap50)}** | **{number(metrics.mask_ap)}** | **{number(metrics.mask_ap75)}** "
    return "\n".join(
        [
            f"# Mask AP50 {number(metrics.mask_ap50)}",
            "",
            sentence(metrics),
            "",
            "| class | AP50 | AP | AP75 | truths | detections |",
            "|---|---:|---:|---:|---:|---:|",
            *rows,
            f"| **all** {total}| {metrics.truths} | {metrics.detections} |",
            "",
            f"`{uri}`",
            "",
        ]
    )


def decision_summary(decision: Record) -> str:
    """Return the outcome and its reason."""
    return f"# {OUTCOMES[decision.decision]}\n\n{decision.reason}\n\n`{decision.champion}`\n"
