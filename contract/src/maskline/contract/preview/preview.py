"""What is previewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.records import Records, records_of
from maskline.contract.shard import Sample


@dataclass(frozen=True)
class Preview:
    """Samples, the classes of their instances, and the kind of record that they are."""

    samples: Sequence[Sample]
    categories: CategoryTable
    record: str

    @cached_property
    def kind(self) -> Records:
        """How such samples are shown.  Raises InvalidInput if their kind is not installed."""
        return records_of(self.record)
