"""The figures of a report, as they stand in `metrics.json`."""

from typing import Literal

from pydantic import Field

from maskline.contract.config import Config
from maskline.contract.domain import Measures
from maskline.volumes.evaluation.wording import MEANINGS


class At(Config):
    """What holds where instances must overlap by more than so much."""

    iou: float
    precision: float | None = Field(description="share of the results that are right; None: there are none")
    recall: float | None = Field(description="share of the instances that are found; None: there are none")
    f1: float | None
    accuracy: float | None = Field(description="right ones over right, spurious and missed ones")
    ap: float | None = Field(description="COCO's average precision, results ranked by score")


class Group(Config):
    """Instances that are alike in one way."""

    instances: int
    recall50: float | None
    mean_iou: float | None = Field(description="of each with the result it is most alike; 0 for none")


class ClassMetrics(Config):
    """One class of instances."""

    instances: int
    results: int
    ap50: float | None = Field(description="results of the class against instances of the class")
    precision50: float | None
    recall50: float | None


class Metrics(Config):
    """All figures of one report; None where the truth holds nothing to measure."""

    schema_version: Literal["maskline/volume-metrics/1"] = "maskline/volume-metrics/1"
    split: str
    volumes: int
    instances: int
    results: int
    centre_radius_voxels: float
    figures: dict[str, float | None]
    meanings: dict[str, str] = Field(default=MEANINGS, description="each figure in a sentence")
    at: list[At]
    by_size: dict[str, Group] = Field(description="voxels of an instance, in thirds")
    by_neighbour: dict[str, Group] = Field(
        description="from centre to the nearest other centre, over the sum of the radii of balls as large"
    )
    per_class: dict[str, ClassMetrics]
    fates: dict[str, int] = Field(description="found, merged, split, missed: instances; spurious: results")
    domain: dict[str, Measures] = Field(description="the domain's own measures, if it has any")
