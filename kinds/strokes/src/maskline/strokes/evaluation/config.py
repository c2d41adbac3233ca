"""How predictions of sketches are scored and shown."""

from pydantic import Field

from maskline.contract.kind.evaluation import EvaluationConfig


class StrokeEvaluation(EvaluationConfig):
    """How one set of predictions is shown; nothing is to be chosen of how it is scored."""

    worst_cases: int = Field(
        default=8, ge=0, le=16, description="sketches with the fewest right strokes that the report shows"
    )
    fixed_cases: int = Field(
        default=8, ge=0, le=16, description="sketches every report on the dataset shows, evenly spread over it"
    )
