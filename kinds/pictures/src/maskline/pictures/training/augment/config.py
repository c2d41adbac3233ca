"""The ways in which pictures are varied, each with its unit and range; presets say which."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from maskline.contract.config import Config

Turn = Literal["flip-x", "flip-y", "transpose", "rotate"]


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if not 0 < span[0] <= span[1]:
        message = f"{list(span)} must be two positive numbers, the smaller one first"
        raise ValueError(message)
    return span


Span = Annotated[tuple[float, float], AfterValidator(_rising)]


class AugmentationConfig(Config):
    """How pictures are varied from one pass over the dataset to the next."""

    turns: tuple[Turn, ...] = Field(
        description="flip-x, flip-y and transpose (of square pictures only) each with probability one half, rotate by "
        "0, 90, 180 or 270 degrees, in this order. Mirror images turn letters over and swap wedge for wedge of the "
        "mirrored molecule, never the class that is drawn; where classes are told apart by their glyph or their "
        "handedness, rotate alone"
    )
    scale: Span = Field(description="smallest and largest factor of the network's frame; [1, 1] leaves it")
    crop_share: float = Field(ge=0, le=1, description="share of the pictures of which only a window is shown")
    crop_px: int = Field(
        ge=32, description="side of that window in pixels of the network's frame; where a picture is smaller, all of it"
    )
    thickness_share: float = Field(
        ge=0,
        le=1,
        description="share of the pictures whose strokes are drawn a pixel thicker or thinner, where "
        "no instance loses half of its ink or its gaps by that",
    )
    brightness: float = Field(ge=0, le=255, description="grey levels by which a picture is lighter or darker at most")
    contrast: Span = Field(description="smallest and largest factor of the distance from the mean; [1, 1] leaves it")
    blur_px: float = Field(ge=0, le=10, description="largest standard deviation in pixels of the network's frame")
    noise: float = Field(ge=0, le=128, description="largest standard deviation in grey levels")
