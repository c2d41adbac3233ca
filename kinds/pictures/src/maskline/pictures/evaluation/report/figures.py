"""The report's curves."""

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.page import charts
from maskline.contract.page.markup import Markup, tag
from maskline.pictures.evaluation.metrics import Metrics
from maskline.pictures.evaluation.report.tables import number


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
