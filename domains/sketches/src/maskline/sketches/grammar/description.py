"""How a category is described in YAML: looks, each made of pieces that lie upon one another.

A piece's sizes are in units of the piece it lies upon: the geometric mean of that one's half width and half height.
Places are in its half width and half height: [0, -1] is the middle of its upper edge, [1, 0] that of its right one.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from maskline.contract.config import Config
from maskline.contract.drawing.ranges import Share
from maskline.sketches.grammar.shapes import Shape
from maskline.sketches.ranges import Count, Range, Size

NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
STRAY = "unlabeled"
"""The part of strokes that belong to an object and to no part of it: rain below a cloud, smoke behind a car."""
Place = tuple[Range, Range]


class Row(Config):
    """Copies along a line."""

    kind: Literal["row"]
    count: Count
    start: Place
    stop: Place


class Ring(Config):
    """Copies around an ellipse, each turned so that its (0, 1) points outwards."""

    kind: Literal["ring"]
    count: Count
    start: Range = Field(default=(-90, -90), description="of the first, degrees clockwise, 0 is right and -90 the top")
    sweep: Range = Field(default=(360, 360), description="degrees from the first to the last; 360 is all around")
    distance: Size = Field(default=(1, 1), description="of the ellipse, over the piece's half width and half height")


class Scatter(Config):
    """Copies anywhere in the box."""

    kind: Literal["scatter"]
    count: Count
    within: float = Field(default=0.8, gt=0, le=10, description="share of the box, in both directions")


class Pair(Config):
    """Two, the second one mirrored at the middle."""

    kind: Literal["pair"]


class Piece(Config):
    """A piece of an object, drawn once or several times, and what lies upon it."""

    part: str = Field(default="", pattern=rf"{NAME}|^$", description="its label; none: it is of the part it lies upon")
    sides: bool = Field(
        default=False, description="its instances are told apart as left and right, as the viewer sees them"
    )
    merged: bool = Field(default=False, description="one line shows several of the part, which nobody can tell apart")
    draw: tuple[Shape, ...] = Field(default=(), description="one of these shapes; none: it is only a place for pieces")
    at: Place = Field(default=((0, 0), (0, 0)), description="where its middle lies, x and y")
    size: tuple[Size, Size] = Field(default=((1, 1), (1, 1)), description="half width and half height")
    turn: Range = Field(default=(0, 0), description="degrees clockwise")
    chance: Share = Field(default=1, description="how often it is there")
    needed: bool = Field(default=False, description="no hand forgets it: nobody would know the object without it")
    copies: Annotated[Row | Ring | Scatter | Pair, Field(discriminator="kind")] | None = None
    alike: str = Field(default="", description="pieces that share this word are there or not, shaped and sized alike")
    vary: Share = Field(default=0.18, description="how much copies differ in size, place and turn")
    first: Share = Field(default=0, description="how often it is drawn before what it lies upon")
    pieces: tuple["Piece", ...] = Field(default=(), description="what lies upon it")

    def named(self) -> Iterator["Piece"]:
        """Yield every piece that names a part, itself first."""
        if self.part:
            yield self
        for piece in self.pieces:
            yield from piece.named()


class Look(Config):
    """One way to draw a category: from the side, sitting, as a stick figure."""

    weight: float = Field(
        default=1, gt=0, le=1000, description="how often it is taken, beside the other looks' weights"
    )
    turned: Share = Field(default=0.5, description="how often it looks the other way")
    pieces: tuple[Piece, ...] = Field(min_length=1, description="in the order in which they are drawn")

    @model_validator(mode="after")
    def _all_is_of_a_part(self) -> "Look":
        if not all(piece.part for piece in self.pieces):
            message = "every piece that lies upon no other must name its part"
            raise ValueError(message)
        return self


class Grammar(Config):
    """A category of objects."""

    category: str = Field(pattern=NAME)
    colour: str = Field(default="#555555", pattern=r"^#[0-9a-f]{6}$", description="of its strokes in overlays")
    colours: Mapping[str, str] = Field(default={}, description="of its parts, by name; others get one of a fixed list")
    looks: Mapping[str, Look] = Field(min_length=1)

    @property
    def parts(self) -> dict[str, bool]:
        """Names of its parts, in the order in which looks name them, and whether they have sides."""
        found: dict[str, bool] = {}
        for look in self.looks.values():
            for piece in (named for top in look.pieces for named in top.named()):
                found[piece.part] = found.get(piece.part, False) or piece.sides
        return found
