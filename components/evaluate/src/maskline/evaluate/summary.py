"""Markdown for the Kubeflow UI: the report and the decision on one screen."""

from collections.abc import Iterator, Sequence

from maskline.contract.record import Record
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.report.page import reading_sentence, sentence
from maskline.evaluate.report.tables import measured, number, spelled

OUTCOMES = {
    "promoted": "The challenger is the new champion",
    "kept": "The champion stays",
    "unchanged": "The champion is the same checkpoint",
}


def report_summary(metrics: Metrics, uri: str) -> str:
    """Return the headline figures, a row per class, and the domain's own measures; each reading beside them."""
    read = [f"{figure}, {spelled(name)}" for name in metrics.readings for figure in ("AP50", "AP")]
    rows = [
        [
            name,
            *map(number, (row.ap50, row.ap)),
            *(number(value) for other in metrics.readings.values() for value in _pair(other, name)),
            number(row.ap75),
            *map(str, (row.truths, row.detections)),
        ]
        for name, row in metrics.per_class.items()
    ]
    means = [metrics.mask_ap50, metrics.mask_ap]
    means += [value for other in metrics.readings.values() for value in (other.mask_ap50, other.mask_ap)]
    bold = [f"**{number(value)}**" for value in (*means, metrics.mask_ap75)]
    rows.append(["**all**", *bold, str(metrics.truths), str(metrics.detections)])
    return "\n".join(
        [
            f"# Mask AP50 {number(metrics.mask_ap50)}",
            "",
            sentence(metrics),
            *(f"\n{reading_sentence(name, other)}" for name, other in metrics.readings.items()),
            "",
            *_table(["class", "AP50", "AP", *read, "AP75", "truths", "detections"], rows),
            "",
            *_measures(metrics, ""),
            *(line for name, other in metrics.readings.items() for line in _measures(other, f", {spelled(name)}")),
            f"`{uri}`",
            "",
        ]
    )


def _pair(metrics: Metrics, name: str) -> tuple[float | None, float | None]:
    return metrics.per_class[name].ap50, metrics.per_class[name].ap


def _measures(metrics: Metrics, suffix: str) -> Iterator[str]:
    """Write the domain's tables.  suffix: of the title."""
    for name, measures in metrics.domain.items():
        rows = [
            [row, *(measured(figures.get(column)) for column in measures.columns)]
            for row, figures in measures.rows.items()
        ]
        yield from (f"## {spelled(name).capitalize()}{suffix}", "", measures.caption, "")
        yield from (*_table(["", *measures.columns], rows), "")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a Markdown table; the first column is on the left, the others are figures."""
    return [_line(heads), f"|---|{'---:|' * (len(heads) - 1)}", *map(_line, rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def decision_summary(decision: Record) -> str:
    """Return the outcome and its reason."""
    return f"# {OUTCOMES[decision.decision]}\n\n{decision.reason}\n\n`{decision.champion}`\n"
