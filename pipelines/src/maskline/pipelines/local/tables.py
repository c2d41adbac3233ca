"""The figures of a report as tables for the terminal."""

from rich.markup import escape
from rich.table import Table

from maskline.contract.domain import Measures

ALL = "all"
"""The row that stands for all others, which are classes."""


def table(name: str, measures: Measures) -> Table:
    """Return one of the tables that a kind of record makes of a report."""
    shown = Table(title=_spelled(name), title_justify="left", caption_justify="left")
    shown.add_column("class" if ALL in measures.rows else "", no_wrap=True)
    shown.caption = escape(measures.caption) or None
    for column in measures.columns:
        shown.add_column(_spelled(column), justify="right")
    for row, figures in measures.rows.items():
        cells = (_figure(figures.get(column)) for column in measures.columns)
        shown.add_row(escape(row), *cells, style="bold" if row == ALL else None)
    return shown


def _spelled(name: str) -> str:
    return name.replace("_", " ")


def _figure(value: float | int | None) -> str:  # noqa: PYI041 - to mypy no float is an int
    """Write a count as it is, a share with three decimals."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
