"""The report's tables."""

from collections.abc import Mapping

from maskline.contract.categories import CategoryTable
from maskline.contract.domain import Measures
from maskline.contract.page.charts import bar, swatch
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import row, table
from maskline.volumes.evaluation.metrics import Group, Metrics
from maskline.volumes.evaluation.wording import FIGURES, number


def everything(metrics: Metrics) -> Markup:
    """Show every figure with a sentence that says what it means."""
    rows = [
        row(
            join(wording.title, tag("p", f"{wording.meaning[0].upper()}{wording.meaning[1:]}.", class_="detail")),
            [number(metrics.figures[name])],
        )
        for name, wording in FIGURES.items()
        if metrics.figures[name] is not None
    ]
    fates = ", ".join(f"{count:,} {fate}" for fate, count in metrics.fates.items())
    caption = f"{metrics.instances:,} instances, {metrics.results:,} results: {fates}."
    return tag("section", tag("h2", "What was measured"), table(caption, ("figure", "value"), rows))


def overlaps(metrics: Metrics) -> Markup:
    """Show what holds when instances must overlap by more."""
    rows = [
        row(
            join(f"{at.iou:.2f}", bar([("value", at.f1 or 0.0)])),
            [number(value) for value in (at.precision, at.recall, at.f1, at.accuracy, at.ap)],
        )
        for at in metrics.at
    ]
    heads = ("overlap above", "precision", "recall", "F1", "accuracy", "AP")
    text = "By how much a result must overlap an instance (intersection over union) to count as right."
    return tag("section", tag("h2", "How exactly"), table(text, heads, rows))


def groups(metrics: Metrics) -> Markup:
    """Show small and large instances, and crowded and lone ones."""
    near = (
        "Touching: centres less than 1.25 times the sum of both radii apart, of balls as large; near: less than twice."
    )
    return tag(
        "section",
        tag("h2", "Large and small, crowded and alone"),
        _group_table("By size, voxels.", "voxels", metrics.by_size),
        _group_table(near, "next neighbour", metrics.by_neighbour),
    )


def classes(metrics: Metrics, of: CategoryTable) -> Markup:
    """Show each class, where there are several."""
    colours = {category.name: category.colour for category in of.categories}
    rows = [
        row(
            join(swatch(colours[name]), name, bar([("value", one.ap50 or 0.0)])),
            [number(one.ap50), number(one.precision50), number(one.recall50), f"{one.instances:,}", f"{one.results:,}"],
        )
        for name, one in metrics.per_class.items()
    ]
    heads = ("class", "AP50", "precision", "recall", "instances", "results")
    body = table("A result is right only where its class is, too.", heads, rows)
    return tag("section", tag("h2", "Class by class"), body) if len(rows) > 1 else Markup()


def domain(metrics: Metrics) -> Markup:
    """Show the domain's own measures, if it has any."""
    shown = [
        table(measures.caption, (name, *measures.columns), _measured(measures))
        for name, measures in metrics.domain.items()
    ]
    return tag("section", tag("h2", "The domain's own measures"), *shown) if shown else Markup()


def _measured(measures: Measures) -> list[Markup]:
    return [
        row(join(name), [str(figures.get(column, "")) for column in measures.columns])
        for name, figures in measures.rows.items()
    ]


def _group_table(caption: str, head: str, found: Mapping[str, Group]) -> Markup:
    rows = [
        row(
            join(name, bar([("value", one.recall50 or 0.0)])),
            [number(one.recall50), number(one.mean_iou), f"{one.instances:,}"],
        )
        for name, one in found.items()
    ]
    return table(caption, (head, "recall", "mean overlap", "instances"), rows)
