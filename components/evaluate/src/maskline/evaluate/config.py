"""What the evaluate stage is told beside a kind's options: what to compare, and when a challenger becomes champion."""

from pydantic import Field

from maskline.contract.config import Config


class EvaluateInputs(Config):
    """The two sealed artifacts that are compared, by URI."""

    predictions: str
    dataset: str


class TuneConfig(Config):
    """What the thresholds of a checkpoint are chosen for."""

    objective: str = Field(description="one of the measures that the kind of record offers, e.g. f1")
    split: str = Field(default="val", min_length=1, description="the part of the dataset that was predicted")


class PromoteConfig(Config):
    """When a challenger replaces the champion.  The headline figure is the kind's, e.g. mask AP."""

    margin: float = Field(
        default=0.0, ge=0, le=1, description="headline figure by which the challenger must lead; 0: any lead will do"
    )
    largest_class_drop: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="how much of it any one class may lose; 100 pictures carry noise of about .03",
    )
