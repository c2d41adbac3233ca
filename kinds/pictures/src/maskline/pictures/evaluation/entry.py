"""Pictures as the evaluate stage sees them.  Importing it loads nothing heavy."""

import json
from typing import TYPE_CHECKING, Any, cast

from maskline.contract.artifact import Artifact
from maskline.contract.config import read_document
from maskline.contract.domain import Measures
from maskline.contract.kind.evaluation import Comparison, Evaluated, Evaluation, EvaluationConfig, Standing, Tuned
from maskline.pictures.evaluation import figures
from maskline.pictures.evaluation.config import PictureEvaluation

if TYPE_CHECKING:  # it is heavy
    from maskline.pictures.evaluation.metrics import Metrics


class PicturesEvaluation(Evaluation):
    """Compares masks, by COCO's average precision and picture by picture."""

    modules = ("maskline.pictures.evaluation",)
    libraries = ("faster-coco-eval", "numpy", "pillow")
    evaluation_config = PictureEvaluation
    showing = frozenset({"reading", "worst_cases", "fixed_cases"})
    fields = ("image_id", "category_id", "bbox", "segmentation", "score")
    objectives = ("f1", "ap", "kaggle")
    headline = "mask_ap"

    def evaluate(self, config: EvaluationConfig, compared: Comparison) -> Evaluated:
        """Score the results and make the report.  Raises Corrupt for pictures that are not what their records say."""
        from maskline.pictures.evaluation.assembly import assemble

        return assemble(cast("PictureEvaluation", config), compared)

    def tune(self, objective: str, compared: Comparison, floor: float) -> Tuned:
        """Choose thresholds of scores and areas, class by class."""
        from maskline.pictures.evaluation.tuning.tuning import tune

        return tune(objective, compared, floor)

    def standing(self, report: Artifact) -> Standing:
        """Read mask AP, of all classes and of each."""
        metrics = _metrics(report)
        return Standing("mask AP", metrics.mask_ap, {name: of.ap for name, of in metrics.per_class.items()})

    def told(self, report: Artifact) -> dict[str, Any]:
        """Return mask AP, of all classes and of each, and as read in other ways."""
        return figures.told(json.loads(report.read("metrics.json")))

    def tables(self, report: Artifact) -> dict[str, Measures]:
        """Return average precision and the domain's own measures."""
        return figures.tables(json.loads(report.read("metrics.json")))

    def summary(self, report: Artifact) -> str:
        """Return the report's headline figures and tables as Markdown."""
        from maskline.pictures.evaluation.summary import report_summary

        return report_summary(_metrics(report), report.uri)


def _metrics(report: Artifact) -> "Metrics":
    from maskline.pictures.evaluation.metrics import Metrics

    return read_document(Metrics, report.read("metrics.json"), f"{report.uri}/metrics.json")


evaluation = PicturesEvaluation()
