"""What a network for sketches is, in one small file that travels with its weights: `model.yaml`."""

from typing import Literal

from pydantic import Field, model_validator

from maskline.contract.kind.training import Spec
from maskline.strokes.classes import Classes

Architecture = Literal["relational", "raster"]


class StrokeSpec(Spec):
    """One network without its weights: what it reads of a stroke, and the objects and parts it predicts."""

    architecture: Architecture = Field(
        description="relational: strokes as sequences of points, and how each lies to the others; "
        "raster: strokes as two small pictures each, shape and location, as InstanceSketch has them"
    )
    points: int = Field(ge=8, le=256, description="of each stroke, evenly along its way")
    width: int = Field(ge=16, le=1024, description="channels of a stroke's token")
    layers: int = Field(ge=1, le=24, description="of the transformer over the strokes of a sketch")
    heads: int = Field(ge=1, le=32, description="of each layer's attention")
    feed_forward: int = Field(ge=16, le=4096, description="channels between the two linear maps of a layer")
    relations: bool = Field(description="attention hears how two strokes lie to each other; false is for comparison")

    @model_validator(mode="after")
    def _heads_divide_width(self) -> "StrokeSpec":
        if self.width % self.heads:
            message = f"width = {self.width} must be a multiple of heads = {self.heads}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _objects_have_parts(self) -> "StrokeSpec":
        classes = Classes(self.categories)
        if not classes.objects or not classes.parts:
            message = f"categories {', '.join(self.categories.names)} must have an object, and a part named object/part"
            raise ValueError(message)
        return self
