"""The figures of a report as tables for the terminal.  They are read from metrics.json: evaluate is another stage."""

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from maskline.contract.domain import Measures

Metrics = Mapping[str, Any]


def tables(metrics: Metrics) -> list[Table]:
    """Return average precision, of all classes and of each, then the domain's own measures; readings beside them."""
    readings = read_in(metrics)
    read = [
        _measures(f"{name}, {_spelled(reading)}", measures)
        for reading, other in readings.items()
        for name, measures in other["domain"].items()
    ]
    return [_precision(metrics, readings), *(_measures(*named) for named in metrics["domain"].items()), *read]


def read_in(metrics: Metrics) -> Mapping[str, Metrics]:
    """Return reading -> the figures under it; reports of older versions know of none."""
    readings: Mapping[str, Metrics] = metrics.get("readings", {})
    return readings


def _precision(metrics: Metrics, readings: Mapping[str, Metrics]) -> Table:
    table = _table("class", "average precision of masks")
    heads = ["AP50", "AP50-95", "AP75"]
    heads += [f"{head}, {_spelled(reading)}" for reading in readings for head in heads[:2]]
    for head in heads:
        table.add_column(head, justify="right")
    fields = ("mask_ap50", "mask_ap", "mask_ap75")
    read = [other[field] for other in readings.values() for field in fields[:2]]
    table.add_row("all", *map(_figure, (*(metrics[field] for field in fields), *read)), style="bold")
    for name, figures in metrics["per_class"].items():
        read = [other["per_class"][name][field] for other in readings.values() for field in ("ap50", "ap")]
        table.add_row(escape(name), *map(_figure, (*(figures[field] for field in ("ap50", "ap", "ap75")), *read)))
    return table


def _measures(name: str, given: Mapping[str, Any]) -> Table:
    measures = Measures.model_validate(given)
    table = _table("", _spelled(name))
    table.caption = escape(measures.caption)
    for column in measures.columns:
        table.add_column(column, justify="right")
    for row, figures in measures.rows.items():
        table.add_row(escape(row), *(_figure(figures.get(column)) for column in measures.columns))
    return table


def _table(first: str, title: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column(first, no_wrap=True)
    return table


def _spelled(name: str) -> str:
    return name.replace("_", " ")


def _figure(value: float | int | None) -> str:  # noqa: PYI041 - to mypy no float is an int
    """Write a count as it is, a share with three decimals."""
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
