"""The shapes that pieces of an object are drawn with.

Places in a piece's box: x to the right and y down, from -1 to 1 in both. What grows out of a place (a petal, a leg)
begins in the middle of the box, at (0, 0), and ends at the middle of its lower edge, (0, 1). Angles are degrees
clockwise: 0 is right and -90 the top.
"""

from typing import Annotated, Literal

from pydantic import Field

from maskline.contract.config import Config
from maskline.contract.drawing.ranges import Share
from maskline.sketches.ranges import Count, Range, Size


class Ellipse(Config):
    """A ring that fills the box; the pen sets down anywhere, mostly at the top."""

    kind: Literal["ellipse"]
    start: Range = Field(default=(-150, -30), description="where the pen sets down")


class Arc(Config):
    """A part of the ring that fills the box."""

    kind: Literal["arc"]
    start: Range = Field(default=(180, 180), description="where it begins")
    sweep: Range = Field(default=(180, 180), description="degrees, clockwise where positive")


class Path(Config):
    """Straight or curved from point to point."""

    kind: Literal["path"]
    points: tuple[tuple[float, float], ...] = Field(min_length=2, max_length=100, description="x, y in the piece's box")
    smooth: bool = Field(default=False, description="curved through the points, else straight from one to the next")
    loose: float = Field(default=0.05, ge=0, le=1, description="standard deviation of each point's place")
    closed: bool = Field(default=False, description="the last point leads back to the first")


class Bumps(Config):
    """An outline of bumps, as clouds and crowns have: around the box, or around a part of it."""

    kind: Literal["bumps"]
    count: Count = Field(default=(5, 10), description="bumps")
    depth: Size = Field(default=(0.3, 0.7), description="how far a bump stands out, over its width")
    uneven: Share = Field(default=0.5, description="how much bumps differ in width")
    loose: float = Field(default=0.08, ge=0, le=1, description="standard deviation of where bumps meet, over the box")
    start: Range = Field(default=(0, 360), description="where the first one begins")
    sweep: Range = Field(default=(360, 360), description="degrees; less than 360 leaves the outline open")
    flat: Share = Field(default=0, description="how often the rest of an open outline is closed by a straight line")


class Star(Config):
    """An outline of spikes around the box, as manes and suns have."""

    kind: Literal["star"]
    count: Count = Field(default=(8, 14), description="spikes")
    inner: Size = Field(default=(0.6, 0.75), description="how far the outline comes in between them, over the box")
    uneven: Share = Field(default=0.25, description="how much spikes differ in length")
    start: Range = Field(default=(-120, -60), description="where the pen sets down")


class Zigzag(Config):
    """Up and down between the left and the right of the box, with corners or in waves."""

    kind: Literal["zigzag"]
    count: Count = Field(default=(3, 6), description="teeth")
    smooth: bool = Field(default=False, description="waves instead of corners")
    loose: float = Field(default=0.12, ge=0, le=1, description="standard deviation of each corner's height")


class Petal(Config):
    """A loop that grows out of (0, 0) to (0, 1) and comes back: petals, leaves, ears, drops."""

    kind: Literal["petal"]
    base: Size = Field(default=(0, 0.3), description="half the opening where it grows out, over half its width")
    tip: Literal["round", "pointed"] = "round"


class Spiral(Config):
    """From the middle of the box to its edge, or the other way."""

    kind: Literal["spiral"]
    turns: Size = Field(default=(1.5, 3), description="how often it goes around")


class Scribble(Config):
    """To and fro within the ring that fills the box: how a hand fills a shape."""

    kind: Literal["scribble"]
    count: Count = Field(default=(4, 9), description="times to and fro")


class Dot(Config):
    """The pen set down and lifted again."""

    kind: Literal["dot"]


Shape = Annotated[
    Ellipse | Arc | Path | Bumps | Star | Zigzag | Petal | Spiral | Scribble | Dot, Field(discriminator="kind")
]
