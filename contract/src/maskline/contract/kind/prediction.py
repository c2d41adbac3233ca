"""How records of a kind are predicted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from pydantic import Field

from maskline.contract.artifact import Artifact
from maskline.contract.config import Config
from maskline.contract.errors import InvalidInput
from maskline.contract.kind import load_kind
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store import Store
from maskline.contract.thresholds import Thresholds

FROM_DATASETS = "records of this kind are predicted from datasets only"
EXECUTION = {"batch_size", "device", "threads"}
DOCUMENT = "instances.json"
"""What predicting files of this machine leaves beside what people look at: all instances in one document."""


class PredictionConfig(Config):
    """How records are predicted; a kind adds fields of its own."""

    split: str = Field(default="val", min_length=1, description="the part of a dataset that is predicted")
    score_threshold: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="instances scored lower are left out; average precision needs the unsure ones too",
    )
    pictures_per_shard: int = Field(
        default=200, ge=1, le=100_000, description="of your own pictures; a dataset's shards stay as they are"
    )
    batch_size: int = Field(
        default=8, ge=1, le=1024, description="pictures read together; those of one size share a pass"
    )
    device: Literal["auto", "cpu", "cuda"] = Field(default="auto", description="auto: a GPU where there is one")
    threads: int = Field(
        default=0, ge=0, le=1024, description="CPU threads; 0: OMP_NUM_THREADS, else every core, at most 8"
    )

    def meaning(self) -> dict[str, Any]:
        """Return the fields that shape the predictions; the others only say how to get there."""
        return self.model_dump(mode="json", exclude=EXECUTION)

    def resolved(self, uri_of: Callable[[str], str]) -> Self:
        """Return the same with URIs in the place of all that it calls checkpoints by.  Most kinds name none."""
        del uri_of
        return self

    def inputs(self) -> dict[str, str]:
        """Return what is predicted with beside the checkpoint that is named: role in a manifest -> checkpoint URI."""
        return {}

    def wants_tuned(self, *, own: bool) -> bool:
        """Say whether it shall be `with_tuned` where there are thresholds.  own: of somebody's own files."""
        del own
        return False

    def with_tuned(self, thresholds: Thresholds) -> Self:
        """Return these options with what was tuned for the checkpoint; what they tell themselves wins."""
        del thresholds
        return self


class Listed(Config):
    """One record that somebody brought, as it is listed before anything is predicted."""

    id: int
    """Its place in the list, from 1: the COCO image id."""
    file_name: str
    """The path of its file below the place that was named."""
    page: int = 0
    """Of the records in the file, from 0."""
    remark: str = ""
    """What else is in the file and does not count."""
    sha256: str
    """Of the file; empty if it cannot be read."""
    fault: str = ""
    """Why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is in one record.

    record: its entry in the index of what was predicted, `id` and `file_name` at least.
    instances: results without `image_id`, best first.  remarks: what a person should know of it.
    limited: there may be more instances, beyond the most that were asked for.
    files: what people look at, by name in the artifact, e.g. overlays/a.png.
    """

    record: dict[str, Any]
    instances: list[dict[str, Any]]
    remarks: Sequence[str] = ()
    limited: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that somebody brought and that holds no record, or none that may be read."""

    file_name: str
    reason: str

    def describe(self) -> dict[str, str]:
        """Return the file's entry in the list of the unreadable."""
        return {"file_name": self.file_name, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Workroom:
    """Where a kind leaves what it has computed of predictions that are not sealed yet; it dies when they are."""

    store: Store
    folder: str

    def names(self) -> frozenset[str]:
        """Return what is there."""
        return frozenset(path.removeprefix(f"{self.folder}/") for path in self.store.list(self.folder))

    def read(self, name: str) -> bytes:
        """Return what was left under a name.  Raises NotFound."""
        return self.store.read(f"{self.folder}/{name}")

    def write(self, name: str, data: bytes) -> None:
        """Leave something, whatever was there; it is seen whole or not at all."""
        self.store.write(f"{self.folder}/{name}", data)


@dataclass(frozen=True, slots=True)
class Joined:
    """What records come to together: those of one volume, say.

    name: what people call it.  results: beside those of each record, with `image_id`.
    files: by name in the artifact, made one after another.
    """

    name: str
    results: Sequence[dict[str, Any]]
    files: Iterable[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What lies in a folder that was named, and is no record.  name: below that folder."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be predicted of this machine's files, in the kind's own words, and what is not."""

    places: Sequence[Any]
    skipped: Sequence[Skipped]


@dataclass(frozen=True, slots=True)
class Segmented:
    """A record of this machine that is done.

    instances: category id -> how many.  remarks: what a person should know of it.
    """

    name: str
    instances: Mapping[int, int]
    seconds: float
    remarks: Sequence[str] = ()


class Predictor(Protocol):
    """A checkpoint, loaded once.  What it yields is in the order of what it was given."""

    def of_samples(self, samples: Iterable[Sample]) -> Iterator[Found | Unreadable]:
        """Predict a dataset's samples."""

    def of_listed(self, listed: Sequence[Listed], place: Store) -> Iterator[Found | Unreadable]:
        """Predict what somebody brought.  place: where the files are.

        Raises Changed if a file is no longer what was listed.
        """
        del listed
        raise InvalidInput(f"{place.uri}: {FROM_DATASETS}")

    def of_shard(self, dataset: Dataset, split: str, shard: str, room: Workroom) -> Iterator[Found | Unreadable]:
        """Predict one shard of a dataset's split.

        A kind whose samples stand for themselves has no more to say; others read the neighbours, too, and leave in the
        room what is to be joined.
        """
        del split, room
        return self.of_samples(dataset.samples(shard))

    def of_part(self, listed: Sequence[Listed], place: Store, room: Workroom) -> Iterator[Found | Unreadable]:
        """Predict some of what is listed, as `of_shard` does a shard."""
        del room
        return self.of_listed(listed, place)


class Prediction(Protocol):
    """A kind as the predict stage sees it: `prediction` of its module.

    A kind is predicted from datasets; whether files that somebody brings can be, and files of this machine without a
    store, is its own affair.
    """

    modules: tuple[str, ...]
    """Packages and modules whose sources shape the results."""
    libraries: tuple[str, ...]
    """Distributions whose versions shape the results."""
    prediction_config: type[PredictionConfig] = PredictionConfig
    sure: float = 0.5
    """Score from which on people are shown what was found in their files, unless they say otherwise."""

    def predictor(self, checkpoint: Artifact, config: PredictionConfig) -> Predictor:
        """Load a checkpoint, and torch.

        Raises Corrupt or CategoryMismatch if its files do not belong together, InvalidInput for a device that is not
        there.
        """

    def listed(self, uri: str) -> list[Listed]:
        """List and digest what is below `uri`, by name.  Raises InvalidInput when there is no file."""
        raise InvalidInput(f"images = '{uri}': {FROM_DATASETS}")

    def joined(
        self,
        checkpoint: Artifact,
        config: PredictionConfig,
        records: Iterable[Mapping[str, Any]],
        room: Workroom,
        source: Dataset | Store,
    ) -> Iterator[Joined]:
        """Join what is in records that are pieces of one, before the predictions are sealed; most are none.

        records: all of them, as `Found` has them, read when they are asked for.
        source: the dataset that they are of, or where the files that somebody brought are.
        """
        del checkpoint, config, records, room, source
        return iter(())

    def takes(self, path: Path) -> bool:
        """Say whether a file or folder of this machine surely holds records of this kind, by its name or content.

        It picks the published model where none is named; the first kind there was, pictures, has what no other takes.
        """
        del path
        return False

    def find(self, named: Sequence[Path], output: Path) -> Selection:
        """Find the records that are named and those in the folders that are named.  Reads no more than it must.

        output: the folder for what is found in them.
        Raises InvalidInput for what is not there, holds no record, or would be replaced.
        """
        raise InvalidInput(f"{named[0]}: {FROM_DATASETS}; nothing is left in {output}")

    def segment(
        self, places: Sequence[Any], checkpoint: Artifact, config: PredictionConfig, output: Path
    ) -> Iterator[Segmented | Unreadable]:
        """Predict what was found one after another, and tell of each as it is done.

        places: those of a `Selection`.  Leaves in `output` what people look at, and after the last one DOCUMENT.
        """
        del places, checkpoint, config
        raise InvalidInput(f"{output}: {FROM_DATASETS}")


def prediction_of(record: str) -> Prediction:
    """Load the kind.  Raises InvalidInput if it is not installed."""
    kind: Prediction = load_kind("prediction", record)
    return kind
