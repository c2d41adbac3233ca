"""What a domain gives each stage, and how a stage finds it: entry points, one group per stage.

What has a body in a protocol need not be written by a domain that inherits it.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import Field

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample

if TYPE_CHECKING:  # the command line reads measures, and has no use for numpy
    import numpy as np


class Renderer(Protocol):
    """Draws labelled samples."""

    def draw(self, index: int, split: str, rng: "np.random.Generator") -> Sample:
        """Draw sample `index` for `split`, from `rng` alone.  Raises EmptySplit if the source has nothing for it."""

    def faults(self) -> list[dict[str, Any]]:
        """Return the source's entries met since the last call that were not drawn: where, what, `reason`, `usable`.

        usable: whether another sample may still show the entry (it was only illegible in one style).
        """
        return []

    def left_out(self) -> dict[str, list[int]]:
        """Return the source's entries met since the last call that options of the drawing leave out, by option."""
        return {}


class RenderDomain(Protocol):
    """A domain as the render stage sees it (group `maskline.render`).

    Importing it must not import heavy libraries, nor may `drawing` and `categories`: images that only check a form do
    without them.
    """

    name: str
    record: str
    """The kind of its samples, as manifests tell it, e.g. "coco/1"."""
    modules: tuple[str, ...]
    """Packages whose sources shape the bytes."""
    libraries: tuple[str, ...]
    """Distributions whose versions shape the bytes."""

    def drawing(self, preset: str, overrides: Mapping[str, Any]) -> Config:
        """Return the validated drawing options of a preset.  Raises InvalidInput."""
        return parse(Config, overrides, f"drawing of preset '{preset}'")  # a domain may leave nothing to choose

    def categories(self, drawing: Config) -> CategoryTable:
        """Return the category table under the drawing's policy."""

    def sources(self, drawing: Config) -> dict[str, str]:
        """Return role -> "sha256:..." of every input that is not a sealed artifact."""
        del drawing
        return {}

    def open(self, drawing: Config) -> Renderer:
        """Load the sources and the heavy libraries.  Raises InvalidInput, NotFound."""


Reading = Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], list[dict[str, Any]]]
"""Takes a COCO document and COCO results of its pictures; returns the results in the same order, some under another
category of the document where that says the same of what is drawn."""


class Measures(Config):
    """One table of a domain's figures."""

    caption: str = Field(description="what they are and how they were measured, thresholds and tolerances included")
    columns: list[str] = Field(description="in the order in which they are shown")
    rows: dict[str, dict[str, float | int | None]] = Field(
        description="row -> column -> count, or share in 0..1; None where there is nothing to measure"
    )


class Scorer(Protocol):
    """A domain's own eye on results, beside average precision (group `maskline.evaluate`)."""

    readings: Mapping[str, Reading]
    """Other ways to read results, by the name that the evaluate stage's option `reading` asks for."""

    def score(self, truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Measures]:
        """Compare COCO results with a COCO document.  Returns tables by name."""


def load_domain(group: str, name: str) -> Any:
    """Load what the domain `name` registered under the entry-point group.  Raises InvalidInput with the known names."""
    found = entry_points(group=group)
    if name not in found.names:
        known = ", ".join(sorted(found.names)) or "none is installed"
        raise InvalidInput(f"domain '{name}' does not exist for {group} (there are: {known})")
    return found[name].load()
