"""A split on the local disk: fetched and verified once, then read in any order by every process of the machine.

Memory stays bounded whatever the size of the split; what is read often stays in the system's page cache.
"""

import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import EmptySplit
from maskline.contract.kind.training import Training
from maskline.contract.shard import Dataset, Sample


class StagedSplit:
    """Samples by number: a file of records, and beside it where each begins.

    A record is a line of JSON, which says what follows, and the members' bytes. The index says where records begin (and
    the last one ends), the records' COCO ids, shapes and what they hold.

    shapes: of the records, alike where batches of them need little padding.
    holds: (records, classes), whether it has an instance of a class, for every class that any record has.
    """

    def __init__(self, path: Path) -> None:
        self._records = path.open("rb")
        with np.load(_index(path)) as index:
            self._starts = index["starts"]
            self._image_ids = index["ids"]
            self.shapes: NDArray[np.float64] = index["shapes"]
            self.holds: NDArray[np.bool_] = index["holds"]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> Sample:
        """Return sample `number`, with the fields that training needs.  Safe to call from several threads."""
        start, end = int(self._starts[number]), int(self._starts[number + 1])
        head, _, body = os.pread(self._records.fileno(), end - start, start).partition(b"\n")
        record = json.loads(head)
        members, at = {}, 0
        for extension, size in record["members"].items():
            members[extension] = body[at : at + size]
            at += size
        return Sample(record["stem"], members, record["image"], record["annotations"])

    def image_id(self, number: int) -> int:
        """Return the COCO id of the record of sample `number`."""
        return int(self._image_ids[number])

    def close(self) -> None:
        """Close the file; who trains leaves that to the end of its process."""
        self._records.close()

    def __iter__(self) -> Iterator[Sample]:
        return (self[number] for number in range(len(self)))


def write(path: Path, samples: Iterable[Sample], kind: Training) -> int:
    """Write what training needs of the samples to `path`, and return how many there were.

    Its folder is made if need be.  Raises InvalidInput for labels that are not sound.
    """
    path.parent.mkdir(exist_ok=True)
    starts, ids, shapes, classes = [0], [], [], []
    with path.open("wb") as records:
        for sample in map(kind.needed, samples):
            head = json.dumps(_head(sample)).encode()
            starts.append(starts[-1] + records.write(b"\n".join([head, b"".join(sample.members.values())])))
            ids.append(sample.image["id"])
            shapes.append(kind.shape(sample.image))
            classes.append({annotation["category_id"] for annotation in sample.annotations})
    every = sorted(set().union(*classes))
    holds = np.array([[each in held for each in every] for held in classes], dtype=bool)
    holds = holds.reshape(len(ids), len(every))
    np.savez(_index(path), starts=starts, ids=np.array(ids, np.int64), shapes=np.array(shapes, float), holds=holds)
    return len(ids)


def fetch(dataset: Dataset, split: str, path: Path, kind: Training, most: int | None = None) -> int:
    """Copy a split of the dataset, or its first `most` samples, to `path` and return how many there are.

    Raises EmptySplit if there are none, Corrupt for a damaged shard, and what `write` does.
    """
    every = (sample for shard in dataset.shards(split) for sample in dataset.samples(shard))
    count = write(path, islice(every, most), kind)
    if not count:
        raise EmptySplit(f"{dataset.artifact.uri} has shards in split '{split}', but no picture in them")
    return count


def _head(sample: Sample) -> dict[str, Any]:
    return {
        "stem": sample.stem,
        "members": {extension: len(data) for extension, data in sample.members.items()},
        "image": sample.image,
        "annotations": sample.annotations,
    }


def _index(path: Path) -> Path:
    return path.with_suffix(".index.npz")
