"""How records of a kind are shown to people, and labelled by predictions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.kind import load_kind
from maskline.contract.shard import Sample

if TYPE_CHECKING:  # a command line that only names kinds has no use for numpy
    import numpy as np
    import numpy.typing as npt


class Records(Protocol):
    """A kind as previews, pages and derived datasets see it: `records` of its module."""

    def painted(
        self, sample: Sample, categories: CategoryTable
    ) -> "tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]":
        """Return a picture of a sample, (H, W) grey or (H, W, 3) RGB, and the same with its instances marked, RGB."""

    def size(self, record: Mapping[str, Any]) -> str:
        """Say how large a sample is, from its record, e.g. "640 x 480 px"; nothing where all are alike."""
        del record
        return ""

    def labels(self, results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return what was predicted of a record as labels, without ids.  Raises InvalidInput where that makes none."""
        del results
        raise InvalidInput("predictions of this kind cannot be labels")


def records_of(record: str) -> Records:
    """Load the kind.  Raises InvalidInput if it is not installed."""
    kind: Records = load_kind("records", record)
    return kind
