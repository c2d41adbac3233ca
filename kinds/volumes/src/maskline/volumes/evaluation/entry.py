"""Volumes as the evaluate stage sees them.  Importing it loads nothing heavy."""

from typing import TYPE_CHECKING, cast

from maskline.contract.artifact import Artifact
from maskline.contract.config import read_document
from maskline.contract.domain import Measures
from maskline.contract.kind.evaluation import Comparison, Evaluated, Evaluation, EvaluationConfig, Standing
from maskline.volumes.evaluation.config import VolumeEvaluation
from maskline.volumes.evaluation.wording import FIGURES, number

if TYPE_CHECKING:  # only who reads a whole report needs it
    from maskline.volumes.evaluation.metrics import Metrics


class VolumesEvaluation(Evaluation):
    """Compares instances of volumes voxel by voxel."""

    modules = (
        "maskline.volumes.bricks",
        "maskline.volumes.evaluation",
        "maskline.volumes.painting",
        "maskline.volumes.voxels",
    )
    libraries = ("numpy", "pillow")
    evaluation_config = VolumeEvaluation
    showing = frozenset({"reading", "worst_cases", "fixed_cases"})
    fields = ("image_id", "category_id", "score", "volume", "instance", "centroid")
    headline = "ap50"

    def evaluate(self, config: EvaluationConfig, compared: Comparison) -> Evaluated:
        """Score the results and make the report."""
        from maskline.volumes.evaluation.assembly import assemble

        return assemble(cast("VolumeEvaluation", config), compared)

    def standing(self, report: Artifact) -> Standing:
        """Read AP50, of all instances and of each class."""
        metrics = _metrics(report)
        classes = {name: of.ap50 for name, of in metrics.per_class.items()}
        return Standing("AP50", metrics.figures[self.headline], classes)

    def tables(self, report: Artifact) -> dict[str, Measures]:
        """Return the figures, each overlap, each class, size and distance to the next neighbour."""
        metrics = _metrics(report)
        rows: dict[str, dict[str, float | int | None]] = {}
        rows |= {FIGURES[name].title: {"value": value} for name, value in metrics.figures.items() if value is not None}
        over = {f"{at.iou:.2f}": at.model_dump(exclude={"iou"}) for at in metrics.at}
        alike = metrics.by_size | metrics.by_neighbour
        groups = {name: group.model_dump() for name, group in alike.items()}
        classes = {name: one.model_dump() for name, one in metrics.per_class.items()}
        return {
            "figures": Measures(caption="of all instances", columns=["value"], rows=rows),
            "overlaps": Measures(
                caption="a result must overlap by more",
                columns=["precision", "recall", "f1", "accuracy", "ap"],
                rows=over,
            ),
            "sizes and neighbours": Measures(
                caption="voxels; distance to the next", columns=["recall50", "mean_iou", "instances"], rows=groups
            ),
            "classes": Measures(
                caption="right only where the class is",
                columns=["ap50", "precision50", "recall50", "instances", "results"],
                rows=classes,
            ),
        } | metrics.domain

    def summary(self, report: Artifact) -> str:
        """Return the report's figures as Markdown."""
        from maskline.volumes.evaluation.report.page import sentence

        metrics = _metrics(report)
        figures = [
            f"| {FIGURES[name].title} | {number(value)} |"
            for name, value in metrics.figures.items()
            if value is not None
        ]
        head = [f"# AP50 {number(metrics.figures['ap50'])}", "", sentence(metrics), ""]
        return "\n".join([*head, "| figure | value |", "|---|---:|", *figures, "", f"`{report.uri}`", ""])


def _metrics(report: Artifact) -> "Metrics":
    from maskline.volumes.evaluation.metrics import Metrics

    return read_document(Metrics, report.read("metrics.json"), f"{report.uri}/metrics.json")


evaluation = VolumesEvaluation()
