"""How found volumes are scored and shown."""

from pydantic import Field

from maskline.contract.kind.evaluation import EvaluationConfig


class VolumeEvaluation(EvaluationConfig):
    """How one set of predictions of volumes is scored and shown."""

    centre_radius_voxels: float = Field(
        default=5, gt=0, le=1000, description="a centre is found where one was found as near as this"
    )
    worst_cases: int = Field(default=8, ge=0, le=32, description="volumes with the lowest F1 that the report shows")
    fixed_cases: int = Field(
        default=4, ge=0, le=16, description="volumes that every report on the dataset shows, evenly spread over it"
    )
