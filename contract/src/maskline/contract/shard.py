"""Shards: a COCO document beside an uncompressed tar of its pictures, the unit of work and of transport.

A sample is every tar member that shares a stem: today one picture, later a picture and its strokes.
"""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.categories import CategoryTable
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt, EmptySplit

ANNOTATIONS_PER_IMAGE = 10_000
PAGE = "samples.html"
"""The file of a dataset that shows people what is in it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture with its labels.

    stem: unique in the dataset.  members: file extension -> bytes, e.g. {"png": ...}.
    image: a complete COCO image record (id, file_name, width, height, group, ...).
    annotations: complete COCO annotations (id, image_id, category_id, bbox, area, iscrowd, segmentation as RLE, ...).
    """

    stem: str
    members: Mapping[str, bytes]
    image: dict[str, Any]
    annotations: list[dict[str, Any]]


def image_id(index: int) -> int:
    """COCO image id of sample `index` (from 0)."""
    return index + 1


def annotation_id(index: int, number: int) -> int:
    """COCO annotation id of instance `number` (from 0) of sample `index`; unique over the dataset."""
    if number + 1 >= ANNOTATIONS_PER_IMAGE:
        message = f"sample {index} has instance {number}, but ids leave room for {ANNOTATIONS_PER_IMAGE - 1}"
        raise ValueError(message)
    return image_id(index) * ANNOTATIONS_PER_IMAGE + number + 1


def shard_name(split: str, number: int) -> str:
    """Return the shard's name in its artifact, to which `.json` and `.tar` are added."""
    return f"shards/{split}-{number:05d}"


def pack(samples: Sequence[Sample], categories: CategoryTable) -> tuple[bytes, bytes]:
    """Return the COCO document and the tar of a shard. Equal samples give equal bytes: no times or users."""
    document = {
        "images": [sample.image for sample in samples],
        "annotations": [annotation for sample in samples for annotation in sample.annotations],
        "categories": categories.coco(),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for sample in samples:
            for extension, data in sorted(sample.members.items()):
                header = tarfile.TarInfo(f"{sample.stem}.{extension}")
                header.size = len(data)
                archive.addfile(header, io.BytesIO(data))
    return canonical_json(document), buffer.getvalue()


def unpack(document: bytes, archive: bytes) -> Iterator[Sample]:
    """Yield the samples of a shard in their order.  Raises Corrupt if document and tar do not belong together."""
    coco = json.loads(document)
    labels: dict[int, list[dict[str, Any]]] = {}
    for annotation in coco["annotations"]:
        labels.setdefault(annotation["image_id"], []).append(annotation)
    members = _members(archive)
    for image in coco["images"]:
        stem = image["file_name"].rpartition(".")[0]
        if stem not in members:
            raise Corrupt(f"picture {image['file_name']} is in the shard's document, but not in its tar")
        yield Sample(stem, members[stem], image, labels.get(image["id"], []))


def _members(archive: bytes) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            for header in tar:
                file = tar.extractfile(header)
                if file is not None:
                    stem, _, extension = header.name.rpartition(".")
                    found.setdefault(stem, {})[extension] = file.read()
    except tarfile.TarError as fault:
        raise Corrupt(f"a shard's tar cannot be read: {fault}") from fault
    return found


class Dataset:
    """The samples of a sealed dataset, by split and shard."""

    def __init__(self, artifact: Artifact) -> None:
        self.artifact = artifact
        self._shards: dict[str, list[str]] = {}
        for name in sorted(artifact.manifest.files):
            if name.startswith("shards/") and name.endswith(".json"):
                shard = name.removesuffix(".json")
                split = shard.removeprefix("shards/").rpartition("-")[0]
                self._shards.setdefault(split, []).append(shard)

    @property
    def splits(self) -> list[str]:
        """The splits that hold something, sorted."""
        return sorted(self._shards)

    def shards(self, split: str) -> list[str]:
        """Return the names of the split's shards in order.  Raises EmptySplit if it holds none."""
        if split not in self._shards:
            there = ", ".join(self.splits) or "none"
            raise EmptySplit(f"{self.artifact.uri} has nothing in split '{split}' (splits: {there})")
        return self._shards[split]

    def document(self, shard: str) -> dict[str, Any]:
        """Return a shard's COCO document."""
        coco: dict[str, Any] = json.loads(self.artifact.read(f"{shard}.json"))
        return coco

    def samples(self, shard: str) -> Iterator[Sample]:
        """Yield a shard's samples in order."""
        return unpack(self.artifact.read(f"{shard}.json"), self.artifact.read(f"{shard}.tar"))

    def truth(self, split: str) -> dict[str, Any]:
        """Return one COCO document for a whole split, without pictures."""
        documents = [self.document(shard) for shard in self.shards(split)]
        return {
            "images": [image for document in documents for image in document["images"]],
            "annotations": [annotation for document in documents for annotation in document["annotations"]],
            "categories": self.artifact.manifest.categories.coco(),
        }
