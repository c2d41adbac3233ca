"""The report's tables."""

from collections.abc import Iterator, Mapping

from maskline.contract.categories import CategoryTable
from maskline.contract.domain import Measures
from maskline.contract.page.charts import bar, swatch
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import row, table
from maskline.strokes.evaluation.metrics import Metrics
from maskline.strokes.evaluation.wording import FIGURES, GIVEN, number

PAIRS = 20
"""So many confusions are listed."""


def everything(metrics: Metrics) -> Markup:
    """Show every figure with a sentence that says what it means, and beside it the same where objects were told."""
    readings = metrics.readings
    rows = []
    for name, wording in FIGURES.items():
        cells = [number(metrics.figures[name]), number(metrics.figures.get(GIVEN + name))]
        cells += [number(read[name]) for read in readings.values()]
        if metrics.figures[name] is not None:
            meaning = f"{wording.meaning[0].upper()}{wording.meaning[1:]}."
            rows.append(row(join(wording.title, tag("p", meaning, class_="detail")), cells))
    text = (
        "Found: the model found objects, categories and parts by itself. Told: objects and their categories were taken "
        "from the labels, so that only parts were left to find."
    )
    heads = ("figure", "found", "told", *(f"read {name.replace('_', ' ')}" for name in readings))
    caption = f"{metrics.labelled:,} strokes whose part the truth tells, {metrics.objects:,} objects."
    return tag("section", tag("h2", "What was measured"), tag("p", text), table(caption, heads, rows))


def categories(metrics: Metrics, of: CategoryTable) -> Markup:
    """Show what was reached in objects of each category."""
    colours, sides = _colours(of), any(each.side_accuracy is not None for each in metrics.by_category.values())
    rows = []
    for name, figures in metrics.by_category.items():
        shown = [figures.stroke_accuracy, figures.given_stroke_accuracy, figures.macro_f1, figures.given_macro_f1]
        shown += [figures.side_accuracy] if sides else []
        cells = [*map(number, (*shown, figures.category_accuracy)), f"{figures.objects:,}", f"{figures.strokes:,}"]
        rows.append(row(join(swatch(colours[name]), name, bar([("value", figures.stroke_accuracy or 0.0)])), cells))
    heads = ["category", "stroke accuracy", "told", "macro F1", "told", *(["left or right"] if sides else [])]
    caption = "Told: where objects and their categories were taken from the labels."
    body = table(caption, [*heads, "category right", "objects", "strokes"], rows)
    return tag("section", tag("h2", "Category by category"), body) if rows else Markup()


def sizes(metrics: Metrics) -> Markup:
    """Show what was reached in sketches of few and of many strokes."""
    rows = []
    for name, figures in metrics.by_strokes.items():
        shown = (figures.stroke_accuracy, figures.component_accuracy, figures.category_accuracy)
        cells = [*map(number, (*shown, figures.given_stroke_accuracy)), f"{figures.sketches:,}", f"{figures.strokes:,}"]
        rows.append(row(join(name, bar([("value", figures.stroke_accuracy or 0.0)])), cells))
    heads = ("strokes", "stroke accuracy", "component accuracy", "category right", "told", "sketches", "labelled")
    body = table("By the number of strokes of a sketch. Told: stroke accuracy where objects were.", heads, rows)
    return tag("section", tag("h2", "Few strokes and many"), body)


def parts(metrics: Metrics, of: CategoryTable) -> Markup:
    """Show precision, recall and F1 of each part that the truth or the results hold."""
    colours, rows = _colours(of), []
    for name, figures in metrics.per_class.items():
        if figures.strokes or figures.found:
            cells = [*map(number, (figures.f1, figures.precision, figures.recall))]
            cells += [f"{figures.strokes:,}", f"{figures.found:,}"]
            rows.append(row(join(swatch(colours[name]), name, bar([("value", figures.f1 or 0.0)])), cells))
    heads = ("part", "F1", "precision", "recall", "strokes", "found")
    body = table("Parts as the table has them: a stroke on the wrong side is wrong here.", heads, rows)
    return tag("section", tag("h2", "Part by part"), body) if rows else Markup()


def confusion(metrics: Metrics, of: CategoryTable) -> Markup:
    """Show which parts are most often taken for which."""
    colours, pairs = _colours(of), sorted(_mistakes(metrics), key=lambda pair: (-pair[2], pair[0], pair[1]))
    rows = []
    for truth, found, count in pairs[:PAIRS]:
        share = count / metrics.per_class[truth].strokes
        cells = [_named(found, colours), f"{count:,}", f"{share:.1%}"]
        rows.append(row(join(_named(truth, colours), bar([("unseen", share)])), cells))
    wrong = sum(count for _, _, count in pairs)
    caption = f"{wrong:,} of {metrics.labelled:,} strokes are taken for another part or side"
    caption += f"; the {PAIRS} most frequent of {len(pairs):,} confusions." if len(pairs) > PAIRS else "."
    body = table(caption, ("is", "was taken for", "strokes", "of all"), rows)
    return tag("section", tag("h2", "What is taken for what"), body) if rows else Markup()


def domain(metrics: Metrics) -> Markup:
    """Show the domain's own measures, if it has any."""
    shown = []
    for name, measures in metrics.domain.items():
        rows = [row(join(each), cells) for each, cells in measured(measures).items()]
        shown.append(table(measures.caption, (name.replace("_", " "), *measures.columns), rows))
    return tag("section", tag("h2", "The domain's own measures"), *shown) if shown else Markup()


def measured(measures: Measures) -> dict[str, list[str]]:
    """Return figures as text, row by row: counts as they are, shares with three decimals."""
    return {
        name: [_text(figures.get(column)) for column in measures.columns] for name, figures in measures.rows.items()
    }


def _text(value: float | int | None) -> str:  # noqa: PYI041 - to mypy no float is an int
    return f"{value:,}" if isinstance(value, int) else number(value)


def _mistakes(metrics: Metrics) -> Iterator[tuple[str, str, int]]:
    for truth, taken in metrics.confusion.items():
        yield from ((truth, found, count) for found, count in taken.items() if found != truth)


def _named(name: str, colours: Mapping[str, str]) -> Markup:
    return join(swatch(colours[name]), name) if name else join("nothing")


def _colours(of: CategoryTable) -> dict[str, str]:
    return {category.name: category.colour for category in of.categories}
