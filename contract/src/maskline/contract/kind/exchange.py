"""How datasets of a kind come from other tools' files, and become such files again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import Field

from maskline.contract.categories import CategoryTable
from maskline.contract.config import Config
from maskline.contract.errors import InvalidInput
from maskline.contract.kind import load_kind
from maskline.contract.shard import Dataset, Sample

NAME = r"^[a-z0-9][a-z0-9-]*$"
OWN = "own"
"""What asks for a category table made of the names that the files have."""
LISTED = 50
"""So many problems an error lists, and so many remarks a manifest."""


class ImportConfig(Config):
    """One dataset to import; a kind adds fields of its own."""

    sources: tuple[str, ...] = Field(
        min_length=1, description="files, or folders, zips or s3:// prefixes that hold some; which, the kind says"
    )
    name: str = Field(pattern=NAME, description="what the dataset is called")
    split: str = Field(
        default="",
        pattern=r"^([a-z0-9][a-z0-9-]*(=0?\.[0-9]+)?)?$",
        description="the split it all goes into, or where the kind can, a share of it, val=0.2; empty: its files say",
    )
    domain: str = Field(default="molecules", pattern=NAME)
    categories: str = Field(
        default="",
        description="empty: theirs have the names of the domain's; own: the files' become the table; else a YAML "
        "file that maps each of their names to one of the domain's or to ignore",
    )
    table: CategoryTable | None = Field(default=None, description="a category table instead of the domain's own")
    record: str = Field(default="", description="the kind of record; empty: the domain's")
    images: str = Field(default="", description="where the pictures are, if not beside what describes them")


class ExportConfig(Config):
    """How a dataset is written; a kind adds fields of its own."""

    layout: str = Field(
        default="", description="one of the kind's `layouts`, or of its `submissions`; empty: the first"
    )


class Stock(Protocol):
    """What an import has found, known by content, before any of it is written."""

    categories: CategoryTable
    inputs: Mapping[str, str]
    """Role -> sha256 of what was found, wherever it lies."""
    meaning: Mapping[str, Any]
    """What of the options shapes the samples besides; part of the identity, and the manifest's config."""
    splits: Mapping[str, int]
    """Split -> how many samples it has, in the order in which they are written."""

    def check(self) -> list[str]:
        """Check all of it and return what is odd, one line each.

        Raises InvalidInput with one line for each thing that is wrong, as `require_nothing_wrong` does; that there is
        nothing to import is one.
        """

    def samples(self, split: str, first: int, stop: int) -> Iterator[Sample]:
        """Yield samples `first` up to, but without, `stop` of a split, with the ids they have in the dataset.

        Raises Changed if a file is no longer what was found.
        """


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was predicted of some records.

    images: what they are, as the index of predictions has them.  results: with `image_id`, of each best first.
    """

    images: Sequence[Mapping[str, Any]]
    results: Sequence[Mapping[str, Any]]


class Exchange(Protocol):
    """A kind as import and export see it: `exchange` of its module."""

    modules: tuple[str, ...]
    """Packages whose sources shape imported samples."""
    libraries: tuple[str, ...]
    """Distributions whose versions shape them."""
    layouts: tuple[str, ...]
    """What a dataset can be written as; the first is the usual one."""
    submissions: tuple[str, ...] = ()
    """What predictions can be written as."""
    samples_per_shard: int = 100
    """Of an import: so many are held in memory at a time."""
    import_config: type[ImportConfig] = ImportConfig
    export_config: type[ExportConfig] = ExportConfig

    def take_stock(self, config: ImportConfig) -> Stock:
        """Find what is to be imported.  config: an `import_config`.  Raises InvalidInput, NotFound."""

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        """Write a dataset into an empty folder; return what could not be told in that layout, one line each.

        config: an `export_config` whose layout is one of `layouts`.
        Raises InvalidInput for options that do not go together, Corrupt for damaged files.
        """

    def submit(self, predicted: Predicted, folder: Path, config: ExportConfig) -> list[str]:
        """Write what was predicted into an empty folder, as `export` does a dataset.

        config: an `export_config` whose layout is one of `submissions`.
        """
        del predicted, folder
        raise InvalidInput(f"--layout {config.layout}: predictions of this kind are written as nothing else")


def exchange_of(record: str) -> Exchange:
    """Load the kind.  Raises InvalidInput if it is not installed."""
    kind: Exchange = load_kind("exchange", record)
    return kind


def require_nothing_wrong(problems: Sequence[str]) -> None:
    """Raise InvalidInput with the first of the problems, a line each, and how many more there are; if there are any."""
    if problems:
        things = f"{len(problems)} things are" if len(problems) > 1 else "one thing is"
        more = [f"and {len(problems) - LISTED} more"] if len(problems) > LISTED else []
        lines = [f"{things} wrong, so nothing was imported:", *problems[:LISTED], *more]
        raise InvalidInput("\n  ".join(lines))
