"""A report on one screen: Markdown for the Kubeflow UI, tables for the terminal."""

from collections.abc import Sequence

from maskline.strokes.evaluation.metrics import Metrics
from maskline.strokes.evaluation.report.page import remarks, sentence
from maskline.strokes.evaluation.wording import FIGURES, GIVEN, number


def report_summary(metrics: Metrics, uri: str) -> str:
    """Return the figures, found and told, and a row per category."""
    figures = [
        [wording.title, number(metrics.figures[name]), number(metrics.figures.get(GIVEN + name))]
        for name, wording in FIGURES.items()
        if metrics.figures[name] is not None
    ]
    categories = [
        [name, *map(number, (of.stroke_accuracy, of.given_stroke_accuracy, of.macro_f1, of.category_accuracy))]
        for name, of in metrics.by_category.items()
    ]
    heads = ["category", "stroke accuracy", "told", "macro F1", "category right"]
    return "\n".join(
        [
            f"# Stroke accuracy {number(metrics.figures['stroke_accuracy'])}",
            "",
            sentence(metrics),
            *(f"\n{remark}" for remark in remarks(metrics)),
            "",
            *_table(["figure", "found", "told"], figures),
            "",
            *_table(heads, categories),
            "",
            f"`{uri}`",
            "",
        ]
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a Markdown table; the first column is on the left, the others are figures."""
    return [_line(heads), f"|---|{'---:|' * (len(heads) - 1)}", *map(_line, rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
