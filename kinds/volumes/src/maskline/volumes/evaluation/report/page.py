"""The page: its sections from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskline.contract.page.document import document
from maskline.contract.page.markup import Markup, tag
from maskline.contract.page.origin import Origin
from maskline.contract.page.thumbnail import thumbnail
from maskline.volumes.evaluation.gallery import Exhibit
from maskline.volumes.evaluation.metrics import Metrics
from maskline.volumes.evaluation.report import tables
from maskline.volumes.evaluation.wording import FIGURES, number

HEAD = ("ap50", "ap", "f1", "pq", "centre_recall", "foreground_iou")
POSTSCRIPT = (
    "An instance is found where a result overlaps it by more than half, as a share of both together. No voxel is of "
    "two instances or of two results, so no more than one pair can. Voxels outside of the mask count on neither side."
)
WORST = (
    "Lowest F1 first: what is there, and below what was found, in the planes xy, zy and xz through the largest "
    "instance that was not found. Red outlines: missed, or spurious; orange: several instances in one result; violet: "
    "one instance in several results."
)
FIXED = "Evenly spread over the dataset and alike in every report on it, so that two models can be compared by eye."


@dataclass(frozen=True)
class Content:
    """Everything the page shows."""

    origin: Origin
    metrics: Metrics
    worst: Sequence[Exhibit]
    fixed: Sequence[Exhibit]


def page(content: Content) -> str:
    """Return the report as one HTML document that refers to nothing outside itself."""
    metrics = content.metrics
    return document(
        f"{content.origin.title} \N{MIDDLE DOT} Maskline report",
        _header(content),
        tag(
            "main",
            tables.everything(metrics),
            tables.overlaps(metrics),
            tables.groups(metrics),
            tables.classes(metrics, content.origin.categories),
            tables.domain(metrics),
            _gallery("The worst volumes", WORST, content.worst),
            _gallery("The same volumes every time", FIXED, content.fixed),
            content.origin.learned(),
            content.origin.section(),
        ),
        tag("footer", tag("p", POSTSCRIPT)),
    )


def sentence(metrics: Metrics) -> str:
    """Say in words what the figures mean."""
    what = f"{metrics.volumes:,} volumes with {metrics.instances:,} instances"
    recall, precision = metrics.figures["recall"], metrics.figures["precision"]
    if recall is None:
        return f"{what}: the truth holds nothing to find."
    right = (
        "nothing else was found"
        if precision is None
        else f"{precision:.1%} of its {metrics.results:,} results are right"
    )
    lost = max(("missed", "merged", "split"), key=lambda fate: metrics.fates[fate])
    count = metrics.fates[lost]
    most = f" Of the others most, {count:,}, are {lost}." if count else ""
    return f"On {what}, the model finds {recall:.1%} of them, and {right}.{most}"


def _header(content: Content) -> Markup:
    metrics = content.metrics
    numbers = [
        tag(
            "div",
            tag("dt", FIGURES[name].title),
            tag("dd", number(metrics.figures[name])),
            class_="first" if name == HEAD[0] else None,
        )
        for name in HEAD
    ]
    names = f"{content.origin.model} \N{MIDDLE DOT} {content.origin.dataset}, split {metrics.split}"
    return tag(
        "header",
        tag("p", f"Maskline report \N{MIDDLE DOT} {content.origin.categories.domain}", class_="eyebrow"),
        tag("h1", content.origin.title),
        tag("p", tag("code", names), class_="names"),
        tag("p", sentence(metrics), class_="lead"),
        tag("dl", *numbers, class_="figures"),
    )


def _gallery(title: str, text: str, shown: Sequence[Exhibit]) -> Markup:
    figures = [
        tag(
            "figure",
            tag("div", thumbnail(one.truth, f"{one.name}, what is there"), class_="panel"),
            tag("div", thumbnail(one.found, f"{one.name}, what was found"), class_="panel"),
            tag(
                "figcaption",
                f"{one.name}: {one.caption}; planes z {one.planes[0]}, y {one.planes[1]}, x {one.planes[2]}",
                class_="under",
            ),
            class_="case",
        )
        for one in shown
    ]
    return tag("section", tag("h2", title), tag("p", text), tag("div", *figures, class_="cases")) if shown else Markup()
