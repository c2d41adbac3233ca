"""How a hand draws.  Lengths are shares of the object's longer side, unless a unit is named."""

from pydantic import Field

from maskline.contract.config import Config
from maskline.contract.drawing.ranges import Share
from maskline.sketches.ranges import Size


class HandOptions(Config):
    """What a hand does to the lines that it means to draw; each sketch is drawn by a hand of its own."""

    sloppiness: Size = Field(default=(0.4, 1.5), description="how much of all this one hand does: a factor")

    disorder: float = Field(default=0.7, ge=0, le=100, description="standard deviation of a piece's place in the order")
    missing: Share = Field(default=0.015, description="parts upon others that are forgotten")
    reversed: Share = Field(default=0.25, description="strokes drawn the other way")
    split: Share = Field(default=0.03, description="strokes that a pause cuts in two")
    merged: Share = Field(default=0.2, description="strokes that go on into the next one, where that begins nearby")
    foreign: Share = Field(default=0.1, description="of these, how many go on into another part; one label is lost")
    retraced: Share = Field(default=0.01, description="strokes that are drawn twice")

    turn: float = Field(default=4, ge=0, le=180, description="standard deviation of the object's turn, degrees")
    slant: float = Field(default=0.06, ge=0, le=1, description="standard deviation of the slant, x per y")
    stretch: float = Field(default=0.15, ge=0, le=0.9, description="standard deviation of width over height, logarithm")
    bend: float = Field(default=0.025, ge=0, le=0.2, description="height of slow waves through the whole object")

    astray: float = Field(default=0.01, ge=0, le=1, description="standard deviation of a stroke's place")
    resized: float = Field(default=0.06, ge=0, le=0.5, description="standard deviation of a stroke's width and height")
    tilted: float = Field(default=3, ge=0, le=90, description="standard deviation of a stroke's turn, degrees")
    overshoot: float = Field(default=0.015, ge=0, le=1, description="standard deviation of how far ends go too far")
    gap: float = Field(
        default=0.04,
        ge=0,
        le=0.5,
        description="standard deviation of by how much of its way a ring's end misses its start",
    )
    drift: float = Field(
        default=0.015, ge=0, le=1, description="standard deviation of how far a ring's end lies beside it"
    )
    wobble: float = Field(default=0.025, ge=0, le=1, description="height of slow waves, of a stroke's own way")
    rounding: Size = Field(default=(0.01, 0.045), description="corners are drawn over so much of the way")
    tremor_px: float = Field(default=0.1, ge=0, le=20, description="standard deviation of each point's place, pixels")
    spacing_px: Size = Field(default=(2.5, 8), description="between points, pixels")
    slowing: Share = Field(default=0.5, description="hands that are slow at the ends of strokes; points gather there")
