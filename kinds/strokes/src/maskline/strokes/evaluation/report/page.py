"""The page: its sections from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskline.contract.page.document import document
from maskline.contract.page.markup import Markup, tag
from maskline.contract.page.origin import Origin
from maskline.strokes.evaluation.gallery import Exhibit, fitting_side
from maskline.strokes.evaluation.metrics import Metrics
from maskline.strokes.evaluation.report import tables
from maskline.strokes.evaluation.report.exhibits import gallery
from maskline.strokes.evaluation.wording import FIGURES, number

POSTSCRIPT = (
    (
        "Only strokes whose part the truth tells count as parts; strokes of no object, and of objects without named "
        "parts, do not. A stroke, an object or a whole sketch for which nothing was found counts as wrong."
    ),
    (
        "Left and right are those of the picture as its viewer sees it. They are told from the drawing alone "
        "everywhere on this page but where it says that they were chosen with the truth at hand."
    ),
    (
        "An object found is a set of strokes. IoU is the share of two such sets that they have in common, by length of "
        "strokes; average precision over it is COCO's. An object of the truth is met by the object found that has "
        "most in common with it, each object once."
    ),
)
WORST = (
    "Fewest right strokes first. Colours are those of parts; beside the truth, strokes on a red band are wrong: of "
    "another part, on the other side or in another object. Where there are several objects, these are shown below, in "
    "colours of their own: those that meet are alike."
)
FIXED = "Evenly spread over the dataset and alike in every report on it, so that two models can be compared by eye."
ABREAST = 6
"""So many figures stand side by side at the head of the page."""


@dataclass(frozen=True)
class Content:
    """Everything the page shows."""

    origin: Origin
    metrics: Metrics
    worst: Sequence[Exhibit]
    fixed: Sequence[Exhibit]


def page(content: Content) -> str:
    """Return the report as one HTML document that refers to nothing outside itself."""
    metrics, table = content.metrics, content.origin.categories
    side = fitting_side([*content.worst, *content.fixed])
    return document(
        f"{content.origin.title} \N{MIDDLE DOT} Maskline report",
        _header(content),
        tag(
            "main",
            tables.everything(metrics),
            tables.categories(metrics, table),
            tables.sizes(metrics),
            tables.parts(metrics, table),
            tables.confusion(metrics, table),
            tables.domain(metrics),
            gallery("The worst sketches", WORST, content.worst, table, side),
            gallery("The same sketches every time", FIXED, content.fixed, table, side),
            content.origin.learned(),
            content.origin.section(),
        ),
        tag("footer", *(tag("p", text) for text in POSTSCRIPT)),
    )


def _header(content: Content) -> Markup:
    metrics = content.metrics
    asked = ["stroke_accuracy", "macro_f1", "component_accuracy", "category_accuracy", "side_accuracy"]
    asked += ["objects_found", "strokes_in_right_object"] if metrics.scenes else ["instance_ap50"]
    shown = [name for name in asked if name == asked[0] or metrics.figures[name] is not None][:ABREAST]
    numbers = [
        tag(
            "div",
            tag("dt", FIGURES[name].title),
            tag("dd", number(metrics.figures[name])),
            class_=None if place else "first",
        )
        for place, name in enumerate(shown)
    ]
    names = f"{content.origin.model} \N{MIDDLE DOT} {content.origin.dataset}, split {metrics.split}"
    return tag(
        "header",
        tag("p", f"Maskline report \N{MIDDLE DOT} {content.origin.categories.domain}", class_="eyebrow"),
        tag("h1", content.origin.title),
        tag("p", tag("code", names), class_="names"),
        tag("p", sentence(metrics), class_="lead"),
        *(tag("p", line, class_="lead") for line in remarks(metrics)),
        tag("dl", *numbers, class_="figures"),
    )


def sentence(metrics: Metrics) -> str:
    """Say in words what the figures mean."""
    figures = metrics.figures
    what = f"{metrics.sketches:,} sketches with {metrics.objects:,} objects and {metrics.strokes:,} strokes"
    accuracy, told = figures["stroke_accuracy"], figures["given_stroke_accuracy"]
    if accuracy is None:
        inside = figures["strokes_in_right_object"]
        if inside is None:
            return f"{what}: the truth holds nothing to find."
        return f"On {what}, the model puts {inside:.1%} of the strokes into the right object. The truth tells no parts."
    found = f"On {what}, the model takes {accuracy:.1%} of the labelled strokes for the part that they are"
    given = "" if told is None else f", and {told:.1%} when it is told the objects"
    ranked = sorted((of.f1, name) for name, of in metrics.per_class.items() if of.f1 is not None)
    weakest = f" Its weakest part is {ranked[0][1]}, with an F1 of {ranked[0][0]:.3f}." if len(ranked) > 1 else ""
    return f"{found}{given}.{weakest}"


def remarks(metrics: Metrics) -> list[str]:
    """Say which figures of left and right are which, what had no result, and what a reading changes."""
    figures, lines = metrics.figures, []
    if figures["side_accuracy"] is not None:
        lines.append(
            f"Told from the drawing alone, left or right is correct for {figures['side_accuracy']:.1%} of the strokes "
            "that have a side; chosen with the truth at hand, as InstanceSketch reports it, it would be "
            f"{figures['side_accuracy_flip_by_truth']:.1%}."
        )
    if metrics.unanswered:
        lines.append(f"For {metrics.unanswered:,} sketches there is no result: all in them counts as wrong.")
    for name, read in metrics.readings.items():
        reached = f"stroke accuracy is {number(read['stroke_accuracy'])} and macro F1 {number(read['macro_f1'])}"
        lines.append(f"Read {name.replace('_', ' ')}, {reached}. Sketches are shown in this reading.")
    return lines
