"""What is drawn: objects of which categories, how large, how many, and by what hand."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.drawing.ranges import Share
from maskline.sketches.categories import OBJECTS, imported, table
from maskline.sketches.grammar.description import Grammar
from maskline.sketches.hand.options import HandOptions
from maskline.sketches.ranges import Count, Size
from maskline.strokes.classes import part_of

Policy = Literal["initial", "extended"]


class DrawingOptions(Config):
    """Sketches of one object or of several."""

    labels: Policy = Field(
        default="extended",
        description="extended: feet and paws are told apart as left and right, initial: not",
    )
    categories: Mapping[str, Annotated[float, Field(ge=0, le=1000)]] = Field(
        default={}, description="those that are drawn, and how often beside the others; none named: all, alike"
    )
    own: tuple[Grammar, ...] = Field(
        default=(),
        max_length=50,
        description="your own categories: descriptions, or paths of YAML files with one",
    )
    drawings: str = Field(
        default="", description="file, folder or URI of labelled drawings, from which objects are taken instead"
    )
    classes: tuple[str, ...] = Field(
        default=(), description="the drawings' objects and parts, e.g. car and car/wheel; found where none are named"
    )
    held_out_share: float = Field(
        default=0.1, gt=0, lt=1, description="of drawings, by hash, for validation alone; folders train and val say it"
    )
    canvas_px: int = Field(default=256, ge=32, le=8192, description="side of the canvas, which is square")
    objects: Count = Field(default=(1, 1), description="in one sketch")
    size: Size = Field(
        default=(0.6, 0.95),
        description="an object's longer side, over the canvas' side and over the square root of the number of objects",
    )
    overlap: Share = Field(
        default=0.2, description="objects that are placed wherever they fall; others where they cover others least"
    )
    returned: Share = Field(default=0.08, description="objects whose last strokes are drawn when others are begun")
    clutter: Count = Field(default=(0, 0), description="strokes that are of no object")
    hand: HandOptions = HandOptions()

    @model_validator(mode="after")
    def _something_is_drawn(self) -> Self:
        names = self._names
        if len(set(names)) < len(names):
            message = f"categories must have names of their own, got {names}"
            raise ValueError(message)
        if self.own and self.drawings:
            message = "own and drawings do not go together: objects come from descriptions or from drawings"
            raise ValueError(message)
        unknown = set(self.categories) - set(names)
        if unknown and (self.classes or not self.drawings):
            message = f"categories: unknown {', '.join(sorted(unknown))} (there are: {', '.join(names)})"
            raise ValueError(message)
        if self.weights and not any(self.weights.values()):
            message = "categories: one at least must be drawn"
            raise ValueError(message)
        if not self.objects[0]:
            message = "objects: a sketch has one at least"
            raise ValueError(message)
        return self

    @property
    def weights(self) -> Mapping[str, float]:
        """How often each category is drawn, beside the others."""
        return self.categories or dict.fromkeys(self._names, 1.0)

    @property
    def _names(self) -> list[str]:
        if self.drawings:
            return [name for name in self.classes if not part_of(name)]
        return [*OBJECTS, *(one.category for one in self.own)]


def table_of(options: DrawingOptions) -> CategoryTable:
    """Return the classes of what is drawn."""
    return (
        imported(options.classes) if options.drawings else table(extended=options.labels == "extended", own=options.own)
    )
