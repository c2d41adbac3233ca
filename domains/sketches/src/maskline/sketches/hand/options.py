"""How a hand draws.  Lengths are shares of the object's longer side, unless a unit is named."""

from pydantic import Field

from maskline.contract.config import Config
from maskline.sketches.ranges import Range, Share, Size


class HandOptions(Config):
    """What a hand does to the lines that it means to draw; each object is drawn by a hand of its own."""

    sloppiness: Size = Field(default=(0.4, 1.6), description="how much of all this one hand does: a factor")

    disorder: float = Field(default=0.7, ge=0, le=100, description="standard deviation of a piece's place in the order")
    missing: Share = Field(default=0.015, description="parts upon others that are forgotten")
    reversed: Share = Field(default=0.25, description="strokes drawn the other way")
    split: Share = Field(default=0.04, description="strokes that a pause cuts in two")
    merged: Share = Field(default=0.2, description="strokes that go on into the next one, where that begins nearby")
    foreign: Share = Field(default=0.1, description="of these, how many go on into another part, whose label is lost")
    retraced: Share = Field(default=0.02, description="strokes that are drawn twice")

    turn: float = Field(default=4, ge=0, le=180, description="standard deviation of the object's turn, degrees")
    slant: float = Field(default=0.06, ge=0, le=1, description="standard deviation of the slant, x per y")
    stretch: float = Field(default=0.1, ge=0, le=0.9, description="standard deviation of width over height, logarithm")

    astray: float = Field(default=0.008, ge=0, le=1, description="standard deviation of a stroke's place")
    resized: float = Field(default=0.03, ge=0, le=0.5, description="standard deviation of a stroke's width and height")
    overshoot: float = Field(default=0.012, ge=0, le=1, description="standard deviation of how far ends go too far")
    gap: float = Field(
        default=0.05,
        ge=0,
        le=0.5,
        description="standard deviation of how far a ring's end misses its start, of its way",
    )
    drift: float = Field(
        default=0.012, ge=0, le=1, description="standard deviation of how far a ring's end lies beside it"
    )
    wobble: float = Field(default=0.02, ge=0, le=1, description="height of slow waves, of a stroke's own way")
    rounding: Range = Field(default=(0.008, 0.03), description="corners are drawn over so much of the way")
    tremor_px: float = Field(default=0.15, ge=0, le=20, description="standard deviation of each point's place, pixels")
    spacing_px: Size = Field(default=(2.5, 8), description="between points, pixels")
    slowing: Share = Field(
        default=0.5, description="hands that are slow at the ends of strokes, where points then gather"
    )
