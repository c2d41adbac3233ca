"""How results of a kind are compared with the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import Field

from maskline.contract.artifact import Artifact
from maskline.contract.config import Config
from maskline.contract.domain import Measures, Scorer
from maskline.contract.errors import InvalidInput
from maskline.contract.kind import load_kind
from maskline.contract.shard import Dataset
from maskline.contract.thresholds import Thresholds


class EvaluationConfig(Config):
    """How one set of predictions is scored and shown; a kind adds fields of its own."""

    split: str = Field(default="val", min_length=1, description="the part of the dataset that was predicted")
    reading: str = Field(
        default="",
        description="another way to read the results that the domain offers, e.g. aromatic_as_drawn; its figures stand "
        "beside the plain ones, and pictures follow it",
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Results beside the truth, as the stage has read and matched them.

    truth: the split's COCO document.  shards: image id -> the shard of the dataset that holds the record's files.
    results: each with the kind's `fields`, and of a record of the truth.  scorer: the domain's own eye.
    """

    predictions: Artifact
    dataset: Dataset
    truth: dict[str, Any]
    shards: Mapping[int, str]
    results: list[dict[str, Any]]
    scorer: Scorer


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a comparison came to.

    figures: the numbers that people and later stages ask for, as the manifest keeps them.
    files: the report's, by name; `report.html` is the page that people open.
    """

    figures: dict[str, Any]
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report brings to a contest.

    measure: what the headline figure is called, e.g. "mask AP".  figure: 0..1, higher is better; None where the truth
    holds nothing to find.  per_class: the same of each class.
    """

    measure: str
    figure: float | None
    per_class: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """Thresholds that were chosen, and what they are worth.

    thresholds: of the classes whose results they make better.
    every: `before`, `after` and `gain` of the measure over all classes, None where there is nothing to measure: untuned
    and tuned on the records they were chosen on, and the difference on records they were not chosen on.
    classes: class name -> the same of the class alone, its `instances`, the `score` and `pixels` that hold, and `kept`,
    why it stays as it was; empty where it does not.
    """

    thresholds: Thresholds
    every: Mapping[str, float | None]
    classes: Mapping[str, Mapping[str, Any]]


class Evaluation(Protocol):
    """A kind as the evaluate stage sees it: `evaluation` of its module."""

    modules: tuple[str, ...]
    """Packages whose sources shape the report."""
    libraries: tuple[str, ...]
    """Distributions whose versions shape the report."""
    evaluation_config: type[EvaluationConfig] = EvaluationConfig
    showing: frozenset[str] = frozenset({"reading"})
    """Fields of the config that only say how a report shows and reads the results; the others shape the figures."""
    fields: tuple[str, ...] = ("image_id", "category_id", "score")
    """What every result tells."""
    objectives: tuple[str, ...] = ()
    """Measures that thresholds can be chosen for."""
    headline: str
    """The figure that stands for all in the manifests of reports, and of checkpoints that were validated."""

    def evaluate(self, config: EvaluationConfig, compared: Comparison) -> Evaluated:
        """Score the results and make the report.  Raises Corrupt for files that are not what they should be."""

    def tune(self, objective: str, compared: Comparison, floor: float) -> Tuned:
        """Choose thresholds for one of `objectives`.  floor: the score that all results have."""
        del compared, floor
        raise InvalidInput(f"for '{objective}': records of this kind have no thresholds to choose")

    def standing(self, report: Artifact) -> Standing:
        """Read a sealed report's figures for a contest.  Raises Corrupt."""

    def told(self, report: Artifact) -> dict[str, Any]:
        """Return what the summary of a run tells of a sealed report."""
        return dict(report.manifest.figures)

    def tables(self, report: Artifact) -> Mapping[str, Measures]:
        """Return a sealed report's figures as tables by title, for the terminal; a row `all` stands for all others."""
        del report
        return {}

    def summary(self, report: Artifact) -> str:
        """Return a sealed report on one screen, as Markdown."""
        figures = report.manifest.figures.items()
        return "\n".join([*(f"- {name}: {value}" for name, value in figures), "", f"`{report.uri}`", ""])


def evaluation_of(record: str) -> Evaluation:
    """Load the kind.  Raises InvalidInput if it is not installed."""
    kind: Evaluation = load_kind("evaluation", record)
    return kind
