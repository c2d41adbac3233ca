"""The report's tables of how far the detections above the score threshold agree with the truth."""

from collections.abc import Mapping

from maskline.contract.categories import CategoryTable
from maskline.contract.page.charts import bar, swatch
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import row, table
from maskline.pictures.evaluation.metrics import Agreement, Metrics
from maskline.pictures.evaluation.report.tables import ALL, number

FOUND = {"F1": "f1", "precision": "precision", "recall": "recall", "IoU": "mean_iou"}
MASKS = {
    "Kaggle mAP": "kaggle_map",
    "PQ": "panoptic_quality",
    "AJI": "aggregated_jaccard",
    "off by": "count_error",
}
"""Head of a column -> figure; the first one has a bar."""
LEGEND = (
    "IoU: mean of the masks that met an instance of their class.",
    "PQ: panoptic quality, F1 times that IoU; of all classes, the mean.",
    "AJI: aggregated Jaccard index, shared pixels over all pixels of instances and detections; mean of the pictures.",
    "Kaggle mAP: what is right over what is right, invented or missed, at IoUs .50, .55 to .95; mean of the pictures.",
    "Off by: instances too many or too few in a picture, on average.",
)


def agreement(metrics: Metrics, categories: CategoryTable) -> Markup:
    """Show precision, recall, F1 and IoU, then panoptic quality, Jaccard index, Kaggle's measure and counts."""
    at = f"Detections that score at least {metrics.score_threshold:g}"
    return tag(
        "section",
        tag("h2", "How far masks and counts agree"),
        tag("p", _counts(metrics)),
        _table(f"{at}; masks meet at an IoU of at least .5.", FOUND, metrics, categories),
        _table(f"{at}. AJI, Kaggle mAP and counts of all classes ask for no class.", MASKS, metrics, categories),
        tag("ul", *(tag("li", line) for line in LEGEND), class_="legend"),
    )


def _counts(metrics: Metrics) -> str:
    """Say in words how well pictures are counted."""
    if metrics.count_error is None or metrics.count_bias is None or metrics.count_error_share is None:
        return "The truth holds nothing to count."
    size = (
        f"{metrics.count_error:.2f} instances too many or too few, {metrics.count_error_share:.1%} of the true number"
    )
    direction = "many" if metrics.count_bias > 0 else "few"
    return f"On average a picture is given {size}; with their signs, {abs(metrics.count_bias):.2f} too {direction}."


def _table(caption: str, figures: Mapping[str, str], metrics: Metrics, categories: CategoryTable) -> Markup:
    first, rows = next(iter(figures.values())), []
    for category in categories.categories:
        of = metrics.per_class[category.name]
        name = join(swatch(category.colour), category.name, bar([("value", getattr(of, first) or 0.0)]))
        rows.append(row(name, _cells(of, figures)))
    return table(caption, ("class", *figures), [*rows, row(join(ALL), _cells(metrics, figures), "all")])


def _cells(of: Agreement, figures: Mapping[str, str]) -> list[str]:
    return [number(getattr(of, figure)) for figure in figures.values()]
