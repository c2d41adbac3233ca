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
    affine_share: float = Field(
        default=0, ge=0, le=1, description="share of the pictures that are rotated, shifted, sheared and stretched"
    )
    rotation_deg: float = Field(
        default=10, ge=0, le=180, description="of these: largest rotation around the middle to either side, in degrees"
    )
    shift: float = Field(
        default=0.05, ge=0, le=0.5, description="largest shift along each axis, as a share of the picture's side"
    )
    shear_deg: float = Field(
        default=0, ge=0, le=45, description="largest angle in degrees to either side by which upright lines lean"
    )
    stretch: Span = Field(
        default=(1, 1), description="smallest and largest factor of width and of height, each by itself"
    )
    elastic_share: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of the pictures that are bent smoothly, as a sheet of rubber whose points, 32 pixels of the "
        "network's frame apart, are moved at random",
    )
    elastic_px: float = Field(
        default=5,
        ge=0,
        le=15,
        description="of these: how far those points are moved at most along each axis, in pixels of the network's "
        "frame; with more the sheet could fold",
    )
    paste_share: float = Field(
        default=0,
        ge=0,
        le=1,
        description="share of the pictures that get instances of another picture of the dataset, varied as a picture "
        "of its own, on top of theirs",
    )
    paste_instances: float = Field(default=0.65, ge=0, le=1, description="share of its instances that come")
    paste_blend_px: float = Field(
        default=1,
        ge=0,
        le=10,
        description="standard deviation in pixels of the network's frame by which their edges are soft",
    )
    paste_occluded: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="largest share of its pixels that an instance may lose under them; one that loses more is left out",
    )
    least_px: int = Field(
        default=0, ge=0, description="instances of fewer pixels of the network's frame than this are left out"
    )
    light_share: float = Field(
        default=1, ge=0, le=1, description="share of the pictures whose brightness and contrast change"
    )
    brightness: float = Field(ge=0, le=255, description="grey levels by which a picture is lighter or darker at most")
    contrast: Span = Field(description="smallest and largest factor of the distance from the mean; [1, 1] leaves it")
    colour_share: float = Field(
        default=0, ge=0, le=1, description="share of the pictures whose colours change; grey pictures have none"
    )
    hue_deg: float = Field(
        default=20, ge=0, le=180, description="of these: largest turn of the hue to either side, in degrees"
    )
    saturation: Span = Field(default=(0.7, 1.4), description="of these: smallest and largest factor of the saturation")
    blur_px: float = Field(ge=0, le=10, description="largest standard deviation in pixels of the network's frame")
    noise_share: float = Field(default=1, ge=0, le=1, description="share of the pictures that get noise")
    noise: float = Field(ge=0, le=128, description="largest standard deviation in grey levels")
