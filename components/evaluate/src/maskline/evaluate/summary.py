"""Markdown for the Kubeflow UI: the report and the decision on one screen."""

from collections.abc import Iterator, Sequence

from maskline.contract.runs.record import Record
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.report.page import reading_sentence, sentence
from maskline.evaluate.report.tables import ALL, number, precision, rows_of, spelled

OUTCOMES = {
    "promoted": "The challenger is the new champion",
    "kept": "The champion stays",
    "unchanged": "The champion is the same checkpoint",
}


def report_summary(metrics: Metrics, uri: str) -> str:
    """Return the headline figures, a row per class, and the domain's own measures; each reading beside them."""
    heads, figures = precision(metrics)
    rows = [[name, *cells] for name, cells in figures.items() if name != ALL]
    rows.append([f"**{ALL}**", *(f"**{cell}**" for cell in figures[ALL])])
    return "\n".join(
        [
            f"# Mask AP50 {number(metrics.mask_ap50)}",
            "",
            sentence(metrics),
            *(f"\n{remark}" for remark in metrics.remarks),
            *(f"\n{reading_sentence(name, other)}" for name, other in metrics.readings.items()),
            "",
            *_table(["class", *heads], rows),
            "",
            *_measures(metrics, ""),
            *(line for name, other in metrics.readings.items() for line in _measures(other, f", {spelled(name)}")),
            f"`{uri}`",
            "",
        ]
    )


def _measures(metrics: Metrics, suffix: str) -> Iterator[str]:
    """Write the domain's tables.  suffix: of the title."""
    for name, measures in metrics.domain.items():
        rows = [[row, *cells] for row, cells in rows_of(measures).items()]
        yield from (f"## {spelled(name).capitalize()}{suffix}", "", measures.caption, "")
        yield from (*_table(["", *measures.columns], rows), "")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a Markdown table; the first column is on the left, the others are figures."""
    return [_line(heads), f"|---|{'---:|' * (len(heads) - 1)}", *map(_line, rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def decision_summary(decision: Record) -> str:
    """Return the outcome and its reason."""
    if not decision.champion:
        return f"# Nobody is crowned\n\n{decision.reason}\n"
    return f"# {OUTCOMES[decision.decision]}\n\n{decision.reason}\n\n`{decision.champion}`\n"
