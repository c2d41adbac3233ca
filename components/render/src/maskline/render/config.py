"""What the render stage is asked for."""

from typing import Any

from pydantic import Field, model_validator

from maskline.contract.config import Config


class RenderConfig(Config):
    """One dataset to draw."""

    domain: str = "molecules"
    preset: str = Field(default="demo", pattern=r"^[a-z0-9][a-z0-9-]*$", description="drawing preset of the domain")
    samples: int = Field(default=700, ge=1, le=10_000_000, description="pictures in both splits together")
    validation_share: float = Field(default=0.16, ge=0, lt=1, description="share of the samples in the split 'val'")
    seed: int = Field(default=0, ge=0, lt=2**63)
    samples_per_shard: int = Field(default=100, ge=1, le=100_000)
    drawing: dict[str, Any] = Field(default_factory=dict, description="fields laid over the drawing preset")

    @model_validator(mode="after")
    def _train_is_not_empty(self) -> "RenderConfig":
        if self.validation_samples >= self.samples:
            message = (
                f"of {self.samples} samples {self.validation_samples} are for validation: none is left to train on"
            )
            raise ValueError(message)
        return self

    @property
    def validation_samples(self) -> int:
        """Pictures in the split `val`."""
        return round(self.samples * self.validation_share)
