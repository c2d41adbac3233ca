"""What a training starts from: a dataset, and perhaps weights."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.categories import require_same
from maskline.contract.identity import digest
from maskline.contract.kind.training import Spec, Training, TrainingConfig
from maskline.contract.shard import Dataset
from maskline.contract.store import read_uri
from maskline.train.job import SPEC, STARTING, WEIGHTS


@dataclass(frozen=True)
class TrainInputs:
    """What the caller names.

    dataset: URI of a sealed dataset.
    starting_weights: URI of a sealed checkpoint, or path or URI of a file in one of the kind's formats; empty: random
    ones.
    """

    dataset: str
    starting_weights: str = ""


@dataclass(frozen=True)
class StartingWeights:
    """Weights to begin with.

    source: what counts in the identity.  name: of the local file in the job's folder; its suffix says the format.
    """

    source: str
    name: str
    data: bytes


def open_dataset(uri: str, config: TrainingConfig) -> Artifact:
    """Return the dataset.

    Raises EmptySplit if a split that is needed is not there, and what `open_sealed` raises.
    """
    artifact = open_sealed(uri, "dataset")
    dataset = Dataset(artifact)
    for split in ("train", "val") if config.validation_images else ("train",):
        dataset.shards(split)
    return artifact


def open_weights(uri: str, kind: Training, spec: Spec, dataset: str) -> StartingWeights | None:
    """Return the weights at `uri`, or None for an empty one.

    dataset: what errors call the origin of the spec's categories.
    Raises InvalidInput if there are none and the network needs some, what `open_fitting` does, NotFound.
    """
    if not uri:
        kind.require_random(spec)
        return None
    suffix = PurePosixPath(uri).suffix
    if suffix in kind.formats:
        data = read_uri(uri)
        return StartingWeights(f"sha256:{digest(data)}", f"{STARTING}{suffix}", data)
    artifact = open_fitting(uri, kind, spec, dataset)
    return StartingWeights(artifact.uri, f"{STARTING}.safetensors", artifact.read(WEIGHTS))


def open_fitting(uri: str, kind: Training, spec: Spec, dataset: str) -> Artifact:
    """Return the checkpoint at `uri`, whose weights fit the network of `spec`.

    Raises CategoryMismatch or InvalidInput if it is of another kind of network, NotFound, NotSealed.
    """
    artifact = open_sealed(uri, "checkpoint")
    require_same(artifact.manifest.categories, uri, spec.categories, dataset)
    kind.require_fitting(spec, artifact.read(SPEC).decode(), uri)
    return artifact
