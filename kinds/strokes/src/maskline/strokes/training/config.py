"""How a network for sketches is trained: what the stage's own options do not say."""

from collections.abc import Mapping

from pydantic import Field

from maskline.contract.config import Config
from maskline.contract.kind.training import TrainingConfig
from maskline.strokes.spec import Architecture


class AugmentationConfig(Config):
    """How sketches are varied.  Lengths are shares of half a sketch's longer side; what is 0 is left alone."""

    rotate: float = Field(default=0, ge=0, le=3.2, description="standard deviation of the turn of a sketch, radians")
    scale: float = Field(default=0, ge=0, lt=1, description="width and height each change by up to this share")
    shear: float = Field(default=0, ge=0, le=1, description="standard deviation of the slant")
    flip: float = Field(
        default=0, ge=0, le=1, description="share of sketches that are mirrored, left and right with them"
    )
    warp: float = Field(default=0, ge=0, le=1, description="standard deviation of a slow wave that bends the sketch")
    shift: float = Field(default=0, ge=0, le=1, description="standard deviation of each stroke's place")
    stroke_rotate: float = Field(
        default=0, ge=0, le=3.2, description="standard deviation of each stroke's turn, radians"
    )
    stroke_scale: float = Field(
        default=0, ge=0, lt=1, description="standard deviation of each stroke's width and height"
    )
    noise: float = Field(default=0, ge=0, le=1, description="standard deviation of each point's place")
    density: float = Field(
        default=0, ge=0, le=1, description="share of strokes whose points gather where the pen was slow, as raw ones do"
    )
    trim: float = Field(default=0, ge=0, lt=0.5, description="up to this share of a stroke is cut off at either end")
    reverse: float = Field(default=0, ge=0, le=1, description="share of strokes that are drawn from end to start")
    split: float = Field(default=0, ge=0, le=1, description="share of strokes that the pen's lifting cuts in two")
    drop: float = Field(
        default=0, ge=0, lt=1, description="share of strokes that are missing, in a third of the sketches"
    )
    swap: float = Field(
        default=0, ge=0, le=1, description="share of parts that another drawing of the same kind of object lends"
    )


class StrokeTraining(TrainingConfig):
    """How one network for sketches is trained."""

    architecture: Architecture = Field(
        description="relational: strokes as points, and how they lie to each other; "
        "raster: InstanceSketch's two pictures a stroke"
    )
    points: int = Field(default=32, description="of each stroke, evenly along its way")
    width: int = Field(default=128, description="channels of a stroke's token")
    layers: int = Field(description="of the transformer over the strokes of a sketch")
    heads: int = Field(default=4, description="of each layer's attention")
    feed_forward: int = Field(description="channels between the two linear maps of a layer")
    relations: bool = Field(default=True, description="attention hears how two strokes lie to each other")
    dropout: float = Field(default=0.1, ge=0, lt=1, description="share of channels that are dropped")
    label_smoothing: float = Field(
        default=0.05, ge=0, lt=1, description="share of the truth that all parts of an object get"
    )
    class_weights: Mapping[str, float] = Field(
        default={}, description="how much a stroke of a class counts, by the class's name; 1 where nothing is said"
    )
    told: float = Field(
        default=0.4, ge=0, le=1, description="share of objects whose category the network is told, as some users will"
    )
    category_weight: float = Field(default=0.3, ge=0, description="of the loss of categories, beside that of parts")
    instance_weight: float = Field(default=0.3, ge=0, description="of the loss of instances of a part")
    object_weight: float = Field(default=0.3, ge=0, description="of the loss of which strokes are one object")
    scenes: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of a batch's objects that are also shown in scenes put together of them",
    )
    scene_objects: int = Field(default=8, ge=1, le=64, description="the most objects of such a scene")
    augmentation: AugmentationConfig = AugmentationConfig()
