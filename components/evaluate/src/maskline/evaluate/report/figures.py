"""The report's curves."""

from collections.abc import Sequence

from maskline.contract.categories import Category, CategoryTable
from maskline.evaluate.learning import Learning
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.report import charts
from maskline.evaluate.report.charts import Point
from maskline.evaluate.report.markup import Markup, tag
from maskline.evaluate.report.tables import number


def curves(metrics: Metrics, table: CategoryTable) -> Markup:
    """Show each class's precision-recall curve."""
    drawn = [_curve(category, metrics) for category in table.categories if category.name in metrics.curves]
    if not drawn:
        return Markup()
    text = (
        "How many detections are right, precision, as more of the instances are found, recall: masks at IoU .5, "
        f"interpolated. The dot is at score {metrics.score_threshold:g}."
    )
    return tag("section", tag("h2", "Precision and recall"), tag("p", text), tag("div", *drawn, class_="curves"))


def _curve(category: Category, metrics: Metrics) -> Markup:
    figures = metrics.per_class[category.name]
    reported = figures.found + figures.false_alarms
    dot = (figures.found / figures.truths, figures.found / reported) if reported and figures.truths else None
    name = tag("span", charts.swatch(category.colour), category.name)
    label = f"Precision over recall of {category.name}, AP50 {number(figures.ap50)}"
    return tag(
        "figure",
        tag("figcaption", name, tag("span", f"AP50 {number(figures.ap50)}")),
        charts.precision_recall(metrics.curves[category.name], dot, label),
        style=f"--class:{category.colour}",
    )


def learning(told: Learning | None) -> Markup:
    """Show how the model learned, if its checkpoint tells."""
    if told is None or not told.series:
        return Markup()
    last = max(step for points in told.series.values() for step, _ in points)
    drawn = []
    for name, points in told.series.items():
        said, chart = course(name, points, last)
        drawn.append(tag("figure", tag("figcaption", tag("span", name), tag("span", said)), chart))
    effort = [tag("p", said) for said in (_effort(told),) if said]
    return tag("section", tag("h2", "How it learned"), *effort, tag("div", *drawn, class_="curves"))


def course(name: str, points: Sequence[Point], last: float) -> tuple[str, Markup]:
    """Say what a quantity came to and draw it over all `last` steps: shares from 0 to 1, others up to their highest."""
    highest = max(value for _, value in points) or 1.0
    ceiling = 1.0 if "AP" in name else highest
    said = f"highest {highest:.2g}" if name == "learning rate" else f"at last {points[-1][1]:.3f}"
    return said, charts.learning(points, f"{name} over training steps, {said}", ceiling, last)


def _effort(told: Learning) -> str:
    """Say in a sentence what the training took, as far as it is told."""
    figures = told.figures
    memory = next((figures[name] for name in ("gpu_memory_mb", "memory_mb") if name in figures), None)
    parts = [
        (figures.get("steps"), "{:,} steps"),
        (told.batch, "{} pictures each"),
        (figures.get("seconds"), "{:,.0f} s"),
        (figures.get("images_per_s"), "{:.4g} pictures per second"),
        (figures.get("data_wait"), "{:.1%} of the time waiting for them"),
        (memory, "at most {:,} MB of memory" if "memory_mb" in figures else "at most {:,} MB of GPU memory"),
    ]
    said = ", ".join(text.format(value) for value, text in parts if value is not None)
    return f"{said}." if said else ""
