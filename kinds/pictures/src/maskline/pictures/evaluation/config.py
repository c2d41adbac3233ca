"""How predictions of pictures are scored and shown."""

from pydantic import Field

from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.config import Config
from maskline.contract.kind.evaluation import EvaluationConfig


class Scoring(Config):
    """What shapes the plain figures.  A report tells these fields first."""

    split: str
    max_detections: int = Field(
        default=MAX_DETECTIONS,
        ge=1,
        description="per picture and class, the best so many count for average precision; a remark tells of more",
    )
    score_threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="pictures, hits and misses, and all figures but average precision, use the detections that score "
        "at least this, 0..1; average precision uses all",
    )


class PictureEvaluation(EvaluationConfig, Scoring):
    """How one set of predictions is scored and shown."""

    worst_cases: int = Field(default=8, ge=0, le=16, description="pictures with the lowest F1 that the report shows")
    fixed_cases: int = Field(
        default=8, ge=0, le=16, description="pictures every report on the dataset shows, evenly spread over it"
    )
