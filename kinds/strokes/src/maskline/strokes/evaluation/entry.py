"""Sketches as the evaluate stage sees them.  Importing it loads nothing heavy."""

import json
from typing import TYPE_CHECKING, cast

from maskline.contract.artifact import Artifact
from maskline.contract.config import read_document
from maskline.contract.domain import Measures
from maskline.contract.kind.evaluation import Comparison, Evaluated, Evaluation, EvaluationConfig, Standing
from maskline.strokes.evaluation import measures
from maskline.strokes.evaluation.config import StrokeEvaluation

if TYPE_CHECKING:  # only who reads a whole report needs it
    from maskline.strokes.evaluation.metrics import Metrics


class StrokesEvaluation(Evaluation):
    """Compares strokes with their labels, one by one and as the sets that objects and instances of parts are."""

    modules = (
        "maskline.strokes.evaluation",
        "maskline.strokes.classes",
        "maskline.strokes.painting",
        "maskline.strokes.sketch",
    )
    libraries = ("faster-coco-eval", "numpy", "pillow")
    evaluation_config = StrokeEvaluation
    showing = frozenset({"reading", "worst_cases", "fixed_cases"})
    fields = ("image_id", "category_id", "score", "strokes", "object")
    headline = "stroke_accuracy"

    def evaluate(self, config: EvaluationConfig, compared: Comparison) -> Evaluated:
        """Score the results and make the report.  Raises Corrupt for sketches that are not what their records say."""
        from maskline.strokes.evaluation.assembly import assemble

        return assemble(cast("StrokeEvaluation", config), compared)

    def standing(self, report: Artifact) -> Standing:
        """Read stroke accuracy, and F1 of each part, side and all."""
        metrics = _metrics(report)
        parts = {name: of.f1 for name, of in metrics.per_class.items()}
        return Standing("stroke accuracy", metrics.figures[self.headline], parts)

    def tables(self, report: Artifact) -> dict[str, Measures]:
        """Return the figures, of all sketches, of each category and of each part."""
        return measures.tables(json.loads(report.read("metrics.json")))

    def summary(self, report: Artifact) -> str:
        """Return the report's figures as Markdown."""
        from maskline.strokes.evaluation.summary import report_summary

        return report_summary(_metrics(report), report.uri)


def _metrics(report: Artifact) -> "Metrics":
    from maskline.strokes.evaluation.metrics import Metrics

    return read_document(Metrics, report.read("metrics.json"), f"{report.uri}/metrics.json")


evaluation = StrokesEvaluation()
