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

from maskline.contract.errors import EmptySplit, InvalidInput
from maskline.contract.shard import Dataset, Sample

ANNOTATION_FIELDS = ("id", "image_id", "category_id", "bbox", "area", "iscrowd", "segmentation")
IMAGE_FIELDS = ("id", "file_name", "width", "height")


class Spool:
    """Samples by number: a file of records, and beside it where each begins.

    A record is a line of JSON, which says what follows, and the members' bytes. The index says where records begin (and
    the last one ends), the pictures' COCO ids, widths and heights, and what they hold.

    aspects: of the pictures, width / height.  holds: (pictures, classes), whether it has an instance of a class, for
    every class that any picture has.
    """

    def __init__(self, path: Path) -> None:
        self._records = path.open("rb")
        with np.load(_index(path)) as index:
            self._starts = index["starts"]
            self._image_ids, widths, heights = index["pictures"].T
            self.holds: NDArray[np.bool_] = index["holds"]
        self.aspects: NDArray[np.float64] = widths / heights

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
        """Return the COCO id of the picture of sample `number`."""
        return int(self._image_ids[number])

    def __iter__(self) -> Iterator[Sample]:
        return (self[number] for number in range(len(self)))


def fill(path: Path, samples: Iterable[Sample]) -> int:
    """Write the samples to a spool at `path`, in a folder that is made if need be, and return how many there were."""
    path.parent.mkdir(exist_ok=True)
    starts, pictures, classes = [0], [], []
    with path.open("wb") as records:
        for sample in samples:
            head = json.dumps(_head(sample)).encode()
            starts.append(starts[-1] + records.write(b"\n".join([head, b"".join(sample.members.values())])))
            pictures.append([sample.image[field] for field in ("id", "width", "height")])
            classes.append({annotation["category_id"] for annotation in sample.annotations})
    every = sorted(set().union(*classes))
    holds = np.array([[each in held for each in every] for held in classes], dtype=bool)
    rows = np.array(pictures, dtype=np.int64).reshape(-1, 3)
    np.savez(_index(path), starts=starts, pictures=rows, holds=holds.reshape(len(rows), len(every)))
    return len(rows)


def fetch(dataset: Dataset, split: str, path: Path, most: int | None = None) -> int:
    """Copy a split of the dataset, or its first `most` samples, to a spool at `path` and return how many there are.

    Raises EmptySplit if there are none, Corrupt for a damaged shard, InvalidInput for masks that are not 2-D.
    """
    every = (_checked(sample) for shard in dataset.shards(split) for sample in dataset.samples(shard))
    count = fill(path, islice(every, most))
    if not count:
        raise EmptySplit(f"{dataset.artifact.uri} has shards in split '{split}', but no picture in them")
    return count


def _checked(sample: Sample) -> Sample:
    size = [sample.image["height"], sample.image["width"]]
    for annotation in sample.annotations:
        found = annotation["segmentation"]["size"]
        if found != size:
            name = f"annotation {annotation['id']} of picture {sample.image['file_name']}"
            raise InvalidInput(f"{name} has a mask of size {found}; it must be the picture's height and width, {size}")
    return sample


def _head(sample: Sample) -> dict[str, Any]:
    return {
        "stem": sample.stem,
        "members": {extension: len(data) for extension, data in sample.members.items()},
        "image": {field: sample.image[field] for field in IMAGE_FIELDS},
        "annotations": [{field: annotation[field] for field in ANNOTATION_FIELDS} for annotation in sample.annotations],
    }


def _index(path: Path) -> Path:
    return path.with_suffix(".index.npz")
