"""Markdown for the Kubeflow UI: the report on one screen."""

from collections.abc import Iterator, Sequence

from maskline.pictures.evaluation.metrics import Metrics
from maskline.pictures.evaluation.report.page import reading_sentence, sentence
from maskline.pictures.evaluation.report.tables import ALL, number, precision, rows_of, spelled


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
