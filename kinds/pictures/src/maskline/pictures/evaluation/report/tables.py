"""The report's tables."""

from collections.abc import Sequence

from maskline.contract.categories import CategoryTable
from maskline.contract.domain import Measures
from maskline.contract.page.charts import bar, swatch
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import row, table
from maskline.pictures.evaluation.metrics import ClassMetrics, Metrics

MISSED = (
    ("rough", "rough mask", "a detection of its class covers it with an IoU of .1 to .5"),
    ("mistaken", "other class", "a detection of another class covers it"),
    ("unseen", "not seen", "nothing covers it"),
)
SIZES = (
    ("small", "small, below 32 \N{MULTIPLICATION SIGN} 32 px"),
    ("medium", "medium, below 96 \N{MULTIPLICATION SIGN} 96 px"),
    ("large", "large"),
)
ALL = "all classes"


def number(value: float | None) -> str:
    """Write a figure between 0 and 1 with three decimals; a dash where there is none."""
    return "\N{EN DASH}" if value is None else f"{value:.3f}"


def spelled(reading: str) -> str:
    """Write the name of a reading for people."""
    return reading.replace("_", " ")


def rows_of(measures: Measures) -> dict[str, list[str]]:
    """Return a domain's figures as text, row by row: counts as they are, shares with three decimals."""
    return {
        row: [_measured(figures.get(column)) for column in measures.columns] for row, figures in measures.rows.items()
    }


def _measured(value: float | int | None) -> str:  # noqa: PYI041 - to mypy no float is an int
    return f"{value:,}" if isinstance(value, int) else number(value)


def precision(metrics: Metrics) -> tuple[list[str], dict[str, list[str]]]:
    """Return heads, and the figures below them as text, of every class and of ALL, as reported and in every reading."""
    reads = metrics.readings
    read = [f"{figure}, {spelled(name)}" for name in reads for figure in ("AP50", "AP")]
    rows = {
        name: _figures(own, [other.per_class[name] for other in reads.values()])
        for name, own in metrics.per_class.items()
    }
    heads = ["AP50", "AP", *read, "AP75", "box AP50", "truths", "detections"]
    return heads, rows | {ALL: _figures(metrics, list(reads.values()))}


def _figures(own: Metrics | ClassMetrics, read: Sequence[Metrics | ClassMetrics]) -> list[str]:
    plain = _precision(own)
    others = [value for other in read for value in _precision(other)[:2]]
    return [*map(number, (*plain[:2], *others, *plain[2:])), f"{own.truths:,}", f"{own.detections:,}"]


def _precision(of: Metrics | ClassMetrics) -> tuple[float | None, ...]:
    """Return AP50, AP and AP75 of masks, and AP50 of boxes."""
    if isinstance(of, Metrics):
        return of.mask_ap50, of.mask_ap, of.mask_ap75, of.box_ap50
    return of.ap50, of.ap, of.ap75, of.box_ap50


def classes(metrics: Metrics, categories: CategoryTable) -> Markup:
    """Show what each class reached, as reported and under every reading."""
    heads, figures = precision(metrics)
    rows = [
        row(
            join(
                swatch(category.colour), category.name, bar([("value", metrics.per_class[category.name].ap50 or 0.0)])
            ),
            figures[category.name],
        )
        for category in categories.categories
    ]
    rows.append(row(join(ALL), figures[ALL], "all"))
    caption = "Average precision of masks; detections of every score."
    narrow = [head.replace("detections", "detec\N{SOFT HYPHEN}tions") for head in heads]
    return tag("section", tag("h2", "Class by class"), table(caption, ["class", *narrow], rows), class_="classes")


def misses(metrics: Metrics, categories: CategoryTable) -> Markup:
    """Show what was found at the score threshold, what was missed and why, and what was invented."""
    fields = ("found", *(field for field, _, _ in MISSED))
    rows = []
    for category in categories.categories:
        figures = metrics.per_class[category.name]
        values = [int(getattr(figures, field)) for field in fields]
        shares = [(field, value / max(1, figures.truths)) for field, value in zip(fields, values, strict=True)]
        name = join(swatch(category.colour), category.name, bar(shares))
        rows.append(row(name, [f"{value:,}" for value in (*values, figures.false_alarms)]))
    legend = [tag("li", tag("span", class_="key found", aria_hidden="true"), "found")]
    legend += [
        tag("li", tag("span", class_=f"key {field}", aria_hidden="true"), f"{name}: {meaning}")
        for field, name, meaning in MISSED
    ]
    heads = ("class", "found", *(name for _, name, _ in MISSED), "false alarms")
    caption = f"Detections that score at least {metrics.score_threshold:g}; found means a mask IoU of at least .5."
    body = table(caption, heads, rows)
    return tag("section", tag("h2", "What was missed, and why"), body, tag("ul", *legend, class_="legend"))


def sizes(metrics: Metrics) -> Markup:
    """Show average precision by the area of the instances."""
    rows = []
    for size, name in SIZES:
        mask, box = (getattr(metrics, f"{kind}_ap_{size}") for kind in ("mask", "box"))
        rows.append(row(join(name, bar([("value", mask or 0.0)])), [number(mask), number(box)]))
    body = table("Areas of the true masks, in pixels of the picture.", ("size", "mask AP", "box AP"), rows)
    return tag("section", tag("h2", "By size"), body)


def domain(metrics: Metrics) -> Markup:
    """Show the domain's own measures, if it has any."""
    if not metrics.domain:
        return Markup()
    tables = []
    for name, measures in metrics.domain.items():
        rows = [row(join(named), cells) for named, cells in rows_of(measures).items()]
        tables.append(table(measures.caption, (spelled(name), *measures.columns), rows))
    return tag("section", tag("h2", "The domain's own measures"), *tables)
