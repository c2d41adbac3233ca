"""How results of a kind are compared with the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import Field

from maskline.contract.artifact import Artifact
from maskline.contract.config import Config
from maskline.contract.domain import Scorer
from maskline.contract.kind import load_kind


class EvaluationConfig(Config):
    """How one set of predictions is scored and shown; a kind adds fields of its own."""

    split: str = Field(default="val", min_length=1, description="the part of the dataset that was predicted")
    reading: str = Field(
        default="",
        description="another way to read the results that the domain offers, e.g. aromatic_as_drawn; its figures stand "
        "beside the plain ones, and pictures follow it",
    )


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

    measure: what the headline figure is called.  figure: 0..1, higher is better; None where the truth holds nothing to
    find.  per_class: the same of each class.  split: the part of the dataset that was measured.
    """

    measure: str
    figure: float | None
    per_class: Mapping[str, float | None]
    split: str


class Evaluation(Protocol):
    """A kind as the evaluate stage sees it (group `maskline.kind.evaluation`).  Importing it loads nothing heavy."""

    modules: tuple[str, ...]
    """Packages whose sources shape the report."""
    libraries: tuple[str, ...]
    """Distributions whose versions shape the report."""
    config: type[EvaluationConfig] = EvaluationConfig
    showing: frozenset[str] = frozenset({"reading"})
    """Fields of the config that only say how a report shows and reads the results; the others shape the figures."""

    def evaluate(
        self,
        config: EvaluationConfig,
        predictions: Artifact,
        dataset: Artifact,
        results: Sequence[dict[str, Any]],
        scorer: Scorer,
    ) -> Evaluated:
        """Compare the results of `predictions` with a split of the dataset that they are of.

        results: all of them, with `image_id`.  scorer: the domain's own eye.
        Raises InvalidInput for results of records that the split does not hold, EmptySplit, Corrupt.
        """

    def standing(self, report: Artifact) -> Standing:
        """Read a sealed report's figures for a contest.  Raises Corrupt."""

    def summary(self, report: Artifact) -> str:
        """Return a sealed report on one screen, as Markdown."""


def evaluation_of(record: str) -> Evaluation:
    """Load the kind.  Raises InvalidInput if it is not installed."""
    kind: Evaluation = load_kind("evaluation", record)
    return kind
