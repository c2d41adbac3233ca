"""The figures of a report as tables for the terminal, read as they stand: older reports may know of fewer."""

from collections.abc import Mapping
from typing import Any

from maskline.contract.domain import Measures
from maskline.strokes.evaluation.wording import FIGURES, GIVEN

OF_A_CATEGORY = {
    "stroke accuracy": "stroke_accuracy",
    "told": "given_stroke_accuracy",
    "macro F1": "macro_f1",
    "category": "category_accuracy",
    "left or right": "side_accuracy",
}
TOLD = "told: where objects and their categories were taken from the labels"


def tables(metrics: Mapping[str, Any]) -> dict[str, Measures]:
    """Return the figures, categories and parts, then the domain's own measures.  metrics: what metrics.json holds."""
    figures = metrics["figures"]
    rows = {
        wording.title: {"found": figures[name], "told": figures.get(GIVEN + name)}
        for name, wording in FIGURES.items()
        if figures.get(name) is not None
    }
    categories = {"all": figures, **metrics["by_category"]}
    found = {
        "figures": Measures(caption=TOLD, columns=["found", "told"], rows=rows),
        "categories": _table(categories, OF_A_CATEGORY, TOLD),
        "parts": _table(
            {"all": {"f1": figures["macro_f1"]}, **metrics["per_class"]},
            {"F1": "f1", "precision": "precision", "recall": "recall", "strokes": "strokes"},
            "F1 of all is macro F1, in which any side will do",
        ),
    }
    return found | {name: Measures.model_validate(each) for name, each in metrics["domain"].items()}


def _table(rows: Mapping[str, Mapping[str, Any]], fields: Mapping[str, str], caption: str) -> Measures:
    """fields: column -> name of the figure."""
    told = {name: {column: row.get(field) for column, field in fields.items()} for name, row in rows.items()}
    return Measures(caption=caption, columns=list(fields), rows=told)
