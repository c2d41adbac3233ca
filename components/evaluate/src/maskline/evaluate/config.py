"""What the evaluate stage can be told: how to score and show predictions, and when a challenger becomes champion."""

from pydantic import Field

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.config import Config

SHOWING = {"reading", "worst_cases", "fixed_cases"}
"""What only says how a report shows and reads the results; the other fields shape the plain figures."""


class EvaluateConfig(Config):
    """How one set of predictions is scored and shown."""

    split: str = Field(default="val", min_length=1, description="the part of the dataset that was predicted")
    max_detections: int = Field(
        default=MAX_DETECTIONS,
        ge=1,
        description="per picture and class, the best so many count for average precision; a remark tells of more",
    )
    score_threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="pictures, hits and misses use the detections that score at least this; AP uses all",
    )
    reading: str = Field(
        default="",
        description="another way to read the results that the domain offers, e.g. aromatic_as_drawn; its figures stand "
        "beside the plain ones, and pictures follow it",
    )
    worst_cases: int = Field(default=8, ge=0, le=16, description="pictures with the lowest F1 that the report shows")
    fixed_cases: int = Field(
        default=8, ge=0, le=16, description="pictures every report on the dataset shows, evenly spread over it"
    )


class EvaluateInputs(Config):
    """The two sealed artifacts that are compared, by URI."""

    predictions: str
    dataset: str


class PromoteConfig(Config):
    """When a challenger replaces the champion."""

    margin: float = Field(
        default=0.0, ge=0, le=1, description="mask AP by which the challenger must lead; 0: any lead will do"
    )
    largest_class_drop: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="mask AP that any one class may lose; 100 pictures carry noise of about .03",
    )
