"""The report's tables."""

from collections.abc import Sequence

from maskline.contract.categories import CategoryTable
from maskline.evaluate.metrics import ClassMetrics, Metrics
from maskline.evaluate.report.charts import bar, swatch
from maskline.evaluate.report.markup import Markup, join, tag

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


def number(value: float | None) -> str:
    """Write a figure between 0 and 1 with three decimals; a dash where there is none."""
    return "\N{EN DASH}" if value is None else f"{value:.3f}"


def spelled(reading: str) -> str:
    """Write the name of a reading for people."""
    return reading.replace("_", " ")


def measured(value: float | int | None) -> str:  # noqa: PYI041 - to mypy no float is an int
    """Write one of a domain's figures: a count as it is, a share with three decimals."""
    return f"{value:,}" if isinstance(value, int) else number(value)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    return tag("div", tag("table", tag("caption", caption), head, tag("tbody", *rows)), class_="wide")


def _row(name: Markup, cells: Sequence[str], kind: str | None = None) -> Markup:
    return tag("tr", tag("th", name, scope="row"), *(tag("td", cell) for cell in cells), class_=kind)


def classes(metrics: Metrics, table: CategoryTable) -> Markup:
    """Show what each class reached, as reported and under every reading."""
    rows = [
        _row(
            join(swatch(category.colour), category.name, bar([("value", figures.ap50 or 0.0)])),
            [
                *map(number, (figures.ap50, figures.ap)),
                *(number(value) for read in reads for value in (read.ap50, read.ap)),
                *map(number, (figures.ap75, figures.box_ap50)),
                *_counts(figures),
            ],
        )
        for category in table.categories
        for figures in [metrics.per_class[category.name]]
        for reads in [[read.per_class[category.name] for read in metrics.readings.values()]]
    ]
    means = [
        *map(number, (metrics.mask_ap50, metrics.mask_ap)),
        *(number(value) for read in metrics.readings.values() for value in (read.mask_ap50, read.mask_ap)),
        *map(number, (metrics.mask_ap75, metrics.box_ap50)),
    ]
    rows.append(_row(join("all classes"), [*means, f"{metrics.truths:,}", f"{metrics.detections:,}"], "all"))
    read = (f"{figure}, {spelled(name)}" for name in metrics.readings for figure in ("AP50", "AP"))
    heads = ("class", "AP50", "AP", *read, "AP75", "box AP50", "truths", "detec\N{SOFT HYPHEN}tions")
    caption = "Average precision of masks; detections of every score."
    return tag("section", tag("h2", "Class by class"), _table(caption, heads, rows), class_="classes")


def _counts(figures: ClassMetrics) -> list[str]:
    return [f"{figures.truths:,}", f"{figures.detections:,}"]


def misses(metrics: Metrics, table: CategoryTable) -> Markup:
    """Show what was found at the score threshold, what was missed and why, and what was invented."""
    fields = ("found", *(field for field, _, _ in MISSED))
    rows = []
    for category in table.categories:
        figures = metrics.per_class[category.name]
        values = [int(getattr(figures, field)) for field in fields]
        shares = [(field, value / max(1, figures.truths)) for field, value in zip(fields, values, strict=True)]
        name = join(swatch(category.colour), category.name, bar(shares))
        rows.append(_row(name, [f"{value:,}" for value in (*values, figures.false_alarms)]))
    legend = [tag("li", tag("span", class_="key found", aria_hidden="true"), "found")]
    legend += [
        tag("li", tag("span", class_=f"key {field}", aria_hidden="true"), f"{name}: {meaning}")
        for field, name, meaning in MISSED
    ]
    heads = ("class", "found", *(name for _, name, _ in MISSED), "false alarms")
    caption = f"Detections that score at least {metrics.score_threshold:g}; found means a mask IoU of at least .5."
    body = _table(caption, heads, rows)
    return tag("section", tag("h2", "What was missed, and why"), body, tag("ul", *legend, class_="legend"))


def sizes(metrics: Metrics) -> Markup:
    """Show average precision by the area of the instances."""
    rows = []
    for size, name in SIZES:
        mask, box = (getattr(metrics, f"{kind}_ap_{size}") for kind in ("mask", "box"))
        rows.append(_row(join(name, bar([("value", mask or 0.0)])), [number(mask), number(box)]))
    body = _table("Areas of the true masks, in pixels of the picture.", ("size", "mask AP", "box AP"), rows)
    return tag("section", tag("h2", "By size"), body)


def domain(metrics: Metrics) -> Markup:
    """Show the domain's own measures, if it has any."""
    if not metrics.domain:
        return Markup()
    tables = []
    for name, measures in metrics.domain.items():
        rows = [
            _row(join(row), [measured(figures.get(column)) for column in measures.columns])
            for row, figures in measures.rows.items()
        ]
        tables.append(_table(measures.caption, (spelled(name), *measures.columns), rows))
    return tag("section", tag("h2", "The domain's own measures"), *tables)
