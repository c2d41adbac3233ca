"""The report's curves."""

from collections.abc import Mapping, Sequence

from maskline.contract.categories import Category, CategoryTable
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.report import charts
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


def learning(series: Mapping[str, Sequence[tuple[float, float]]]) -> Markup:
    """Show how the model learned, if its checkpoint tells."""
    drawn = []
    for name, points in series.items():
        ceiling = 1.0 if name != "loss" else max(value for _, value in points) or 1.0
        label = f"{name} over training steps, at last {points[-1][1]:.3g}"
        caption = tag("figcaption", tag("span", name), tag("span", f"at last {points[-1][1]:.3f}"))
        drawn.append(tag("figure", caption, charts.learning(points, label, ceiling)))
    if not drawn:
        return Markup()
    return tag("section", tag("h2", "How it learned"), tag("div", *drawn, class_="curves"))
