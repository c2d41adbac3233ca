"""The page: its sections from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskline.contract.categories import CategoryTable
from maskline.contract.page.document import document
from maskline.contract.page.markup import Markup, tag
from maskline.contract.page.origin import Origin
from maskline.pictures.evaluation.gallery import Exhibit
from maskline.pictures.evaluation.metrics import Metrics
from maskline.pictures.evaluation.report import figures, tables
from maskline.pictures.evaluation.report.agreement import agreement
from maskline.pictures.evaluation.report.exhibits import gallery

POSTSCRIPT = (
    (
        "Average precision (AP) is the area under the precision-recall curve, averaged over the mask IoU thresholds "
        ".50, .55 to .95 and over classes, as COCO defines it; AP50 and AP75 are at one threshold. "
        "It uses detections of every score."
    ),
    (
        "IoU is the share of two masks that they have in common. On lines two pixels wide, half a pixel of offset "
        "costs two fifths of it, so AP50 tells what was found and AP75 how closely it was drawn."
    ),
)


@dataclass(frozen=True)
class Content:
    """Everything the page shows."""

    origin: Origin
    metrics: Metrics
    worst: Sequence[Exhibit]
    fixed: Sequence[Exhibit]


def page(content: Content) -> str:
    """Return the report as one HTML document that refers to nothing outside itself."""
    return document(f"{content.origin.title} \N{MIDDLE DOT} Maskline report", *_body(content))


def _body(content: Content) -> list[Markup]:
    metrics, table = content.metrics, content.origin.categories
    return [
        _header(content),
        tag(
            "main",
            tables.classes(metrics, table),
            figures.curves(metrics, table),
            tables.misses(metrics, table),
            agreement(metrics, table),
            tables.sizes(metrics),
            tables.domain(metrics),
            *(_reading(name, read, table) for name, read in metrics.readings.items()),
            gallery("The worst pictures", WORST, content.worst, table),
            gallery("The same pictures every time", FIXED, content.fixed, table),
            content.origin.learned(),
            content.origin.section(),
        ),
        tag("footer", *(tag("p", text) for text in POSTSCRIPT)),
    ]


WORST = (
    "Lowest F1 first. Dashed frames mark, beside the truth, what was missed and, beside the prediction, "
    "what is a false alarm."
)
FIXED = "Evenly spread over the dataset and alike in every report on it, so that two models can be compared by eye."


def _header(content: Content) -> Markup:
    metrics = content.metrics
    shown = [
        ("mask AP50", metrics.mask_ap50),
        ("mask AP", metrics.mask_ap),
        ("mask AP75", metrics.mask_ap75),
        ("box AP50", metrics.box_ap50),
        (f"F1 at score {metrics.score_threshold:g}", metrics.f1),
    ]
    numbers = [
        tag("div", tag("dt", name), tag("dd", tables.number(value)), class_=None if place else "first")
        for place, (name, value) in enumerate(shown)
    ]
    return tag(
        "header",
        tag("p", f"Maskline report \N{MIDDLE DOT} {content.origin.categories.domain}", class_="eyebrow"),
        tag("h1", content.origin.title),
        tag(
            "p",
            tag("code", f"{content.origin.model} \N{MIDDLE DOT} {content.origin.dataset}, split {metrics.split}"),
            class_="names",
        ),
        tag("p", sentence(metrics), class_="lead"),
        *(tag("p", reading_sentence(name, read), class_="lead") for name, read in metrics.readings.items()),
        *(tag("p", remark, class_="lead") for remark in metrics.remarks),
        tag("dl", *numbers, class_="figures"),
    )


def sentence(metrics: Metrics) -> str:
    """Say in words what the figures mean."""
    what = f"{metrics.images:,} pictures with {metrics.truths:,} instances"
    if metrics.recall is None:
        return f"{what}: the truth holds nothing to find."
    found = f"On {what}, the model finds {metrics.recall:.0%} of the instances"
    alarms = (
        "" if metrics.precision is None else f", and {1 - metrics.precision:.0%} of what it reports is a false alarm"
    )
    ranked = sorted((figure.ap50, name) for name, figure in metrics.per_class.items() if figure.ap50 is not None)
    weakest = (
        f" Its weakest class is {ranked[0][1]}, with a mask AP50 of {ranked[0][0]:.3f}." if len(ranked) > 1 else ""
    )
    return f"{found}{alarms}.{weakest}"


def reading_sentence(name: str, read: Metrics) -> str:
    """Say what the figures of a reading are, and where it is followed."""
    reached = f"mask AP50 is {tables.number(read.mask_ap50)} and mask AP {tables.number(read.mask_ap)}"
    return f"Read {tables.spelled(name)}, {reached}. Pictures are shown in this reading."


def _reading(name: str, read: Metrics, table: CategoryTable) -> Markup:
    """Show the tables once more, of the same results read in another way."""
    return tag("section", tag("h2", f"Read {tables.spelled(name)}"), tables.misses(read, table), tables.domain(read))
