"""The figures of a report, as they stand in `metrics.json`."""

from typing import Literal

from pydantic import Field

from maskline.contract.config import Config
from maskline.contract.domain import Measures
from maskline.strokes.evaluation.wording import MEANINGS


class PartMetrics(Config):
    """One class of parts as the table has it, side and all; of strokes whose part the truth tells."""

    precision: float | None = Field(description="share of the strokes taken for it that are it; None: there are none")
    recall: float | None = Field(description="share of its strokes taken for it; None: the truth holds none")
    f1: float | None = Field(description="None: the truth holds none")
    strokes: int = Field(description="in the truth")
    found: int = Field(description="strokes taken for it")


class ObjectMetrics(Config):
    """One category of objects; figures as those of the same name of all sketches."""

    objects: int
    strokes: int = Field(description="with a part in the truth")
    stroke_accuracy: float | None
    macro_f1: float | None = Field(description="mean over its parts, of all sketches together")
    side_accuracy: float | None
    category_accuracy: float | None
    objects_found: float | None
    given_stroke_accuracy: float | None
    given_macro_f1: float | None


class SizeMetrics(Config):
    """Sketches of so many strokes."""

    sketches: int
    strokes: int = Field(description="with a part in the truth")
    stroke_accuracy: float | None
    component_accuracy: float | None
    category_accuracy: float | None
    given_stroke_accuracy: float | None


class Metrics(Config):
    """All figures of one report, 0..1 each; None where the truth holds nothing to measure."""

    schema_version: Literal["maskline/stroke-metrics/1"] = "maskline/stroke-metrics/1"
    split: str
    sketches: int
    scenes: int = Field(description="sketches of more than one object")
    objects: int
    strokes: int = Field(description="of all sketches")
    labelled: int = Field(description="strokes whose part the truth tells: only they count as parts")
    unanswered: int = Field(description="sketches for which there is no result; what is in them counts as wrong")
    figures: dict[str, float | None]
    meanings: dict[str, str] = Field(default=MEANINGS, description="each figure in a sentence")
    per_class: dict[str, PartMetrics]
    by_category: dict[str, ObjectMetrics] = Field(description="categories of which the truth holds an object")
    by_strokes: dict[str, SizeMetrics] = Field(
        description="number of strokes of a sketch, e.g. 4-6, where there is one"
    )
    confusion: dict[str, dict[str, int]] = Field(
        description='part in the truth -> part found -> strokes, sides and all; "" where nothing was found'
    )
    domain: dict[str, Measures] = Field(description="the domain's own measures, if it has any")
    readings: dict[str, dict[str, float | None]] = Field(
        default={}, description="name of a reading -> the figures of the same results, read so"
    )
