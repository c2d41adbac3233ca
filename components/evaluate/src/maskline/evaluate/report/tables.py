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


def _table(caption: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    return tag("div", tag("table", tag("caption", caption), head, tag("tbody", *rows)), class_="wide")


def _row(name: Markup, cells: Sequence[str], kind: str | None = None) -> Markup:
    return tag("tr", tag("th", name, scope="row"), *(tag("td", cell) for cell in cells), class_=kind)


def classes(metrics: Metrics, table: CategoryTable) -> Markup:
    """Show what each class reached."""
    rows = [
        _row(
            join(swatch(category.colour), category.name, bar([("value", figures.ap50 or 0.0)])),
            [*map(number, (figures.ap50, figures.ap, figures.ap75, figures.box_ap50)), *_counts(figures)],
        )
        for category in table.categories
        for figures in [metrics.per_class[category.name]]
    ]
    means = [*map(number, (metrics.mask_ap50, metrics.mask_ap, metrics.mask_ap75, metrics.box_ap50))]
    rows.append(_row(join("all classes"), [*means, f"{metrics.truths:,}", f"{metrics.detections:,}"], "all"))
    heads = ("class", "AP50", "AP", "AP75", "box AP50", "truths", "detec\N{SOFT HYPHEN}tions")
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
    rows = [_row(join(name), [str(value)]) for name, value in metrics.domain.items()]
    return tag(
        "section",
        tag("h2", "The domain's own measures"),
        _table("Computed by the domain, beside average precision.", ("measure", "value"), rows),
    )
