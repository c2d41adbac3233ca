"""How a segmenter of pictures is trained: what the stage's own options do not say."""

from typing import Literal

from pydantic import Field

from maskline.contract.kind.training import TrainingConfig
from maskline.pictures.correction.config import Correction
from maskline.pictures.spec import Architecture, Masks
from maskline.pictures.training.augment.config import AugmentationConfig


class PictureTraining(TrainingConfig):
    """How one segmenter is trained."""

    architecture: Architecture = Field(
        description="narrow: 3.3 M parameters, for line drawings; pointrend-r50: detectron2's PointRend of 56 M"
    )
    channels: Literal[1, 3] = Field(description="1: grey, 3: RGB; pictures of the other kind are converted")
    short_side_px: int = Field(description="pictures are scaled to this shorter side; 0 keeps their own size")
    long_side_px: int = Field(description="the longer side is never scaled beyond this; 0 sets no limit")
    scale: float = Field(description="with short_side_px = 0: pictures are scaled by this")
    masks: Masks = Field(
        description="ink: pictures are read as black ink on white, whatever their colours, and only ink can belong to "
        "an instance; for drawings of thin lines"
    )
    detections_per_image: int = Field(
        description="the most instances the network reports per picture while it is validated; predict asks for more"
    )
    normalisation: Literal["trained", "frozen"] = Field(
        description="frozen: for starting weights that shall stay as they are"
    )
    regions_per_image: int = Field(ge=1, description="proposals per picture that teach the heads, drawn at random")
    proposals_per_image: int = Field(ge=1, description="the best-scored so many are kept per picture while training")
    correction: Correction = Field(
        description="what is put right in the masks that teach, by the name of their class, `all` for those not named; "
        "{}: nothing. Masks that validate stay as they are"
    )
    augmentation: AugmentationConfig
