"""A volume as samples, one for each brick; read, and held in memory, a brick at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE, Sample, annotation_id, image_id
from maskline.volumes.bricks.encoding import encode
from maskline.volumes.bricks.grid import bricks_of
from maskline.volumes.bricks.instances import ids_of, parts_of
from maskline.volumes.bricks.statistics import Statistics, statistics_of
from maskline.volumes.voxels import Box, Voxels

Sides = tuple[float, float, float]
"""Along z, y, x."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume and what is known of it; all that is given has the shape of `raw`.

    name: unique in its dataset.  labels: the number of the instance that a voxel belongs to, 0 for none.
    mask: where anything counts, not 0.  semantic: the number of the class that a voxel is of, 0..65535.
    voxel_size_a, origin_a: z, y, x in angstrom.  category_id: of its instances, but for those in `category_ids`.
    """

    name: str
    raw: Voxels
    labels: Voxels | None = None
    mask: Voxels | None = None
    semantic: Voxels | None = None
    voxel_size_a: Sides | None = None
    origin_a: Sides | None = None
    category_id: int = 1
    category_ids: Mapping[int, int] = field(default_factory=dict)


def samples_of(volume: Volume, first: int = 0) -> Iterator[Sample]:
    """Yield the bricks of a volume as samples.  first: the number in the dataset, from 0, of the first of them.

    Raises what `statistics_of` and `sample_of` raise.
    """
    statistics = statistics_of(volume.raw)
    for index, box in enumerate(bricks_of(volume.raw.shape), first):
        yield sample_of(volume, box, index, statistics)


def sample_of(volume: Volume, box: Box, index: int, statistics: Statistics) -> Sample:
    """Return one brick of a volume.  index: its number in the dataset, from 0.  statistics: of the whole volume.

    Raises InvalidInput for labels that are no numbers of instances, and for more of them in a brick than ids leave
    room for.
    """
    stem = "-".join([volume.name, *map(str, box.start)])
    members = {"raw": encode(volume.raw.read(box))}
    annotations = []
    if volume.labels:
        labels = ids_of(volume.labels.read(box))
        members["labels"] = encode(labels)
        annotations = _annotations(volume, labels, index)
    if volume.mask:
        members["mask"] = encode((volume.mask.read(box) != 0).astype(np.uint8))
    if volume.semantic:
        members["semantic"] = encode(_classes(volume.semantic.read(box)))
    image = {
        "id": image_id(index),
        "file_name": f"{stem}.raw",
        "group": volume.name,
        "volume": volume.name,
        "volume_shape": list(volume.raw.shape),
        "start": list(box.start),
        "shape": list(box.shape),
        "voxel_size_a": list(volume.voxel_size_a) if volume.voxel_size_a else None,
        "origin_a": list(volume.origin_a) if volume.origin_a else None,
        **statistics._asdict(),
    }
    return Sample(stem, members, image, annotations)


def _annotations(volume: Volume, labels: NDArray[np.uint32], index: int) -> list[dict[str, object]]:
    parts = parts_of(labels)
    if len(parts) >= ANNOTATIONS_PER_IMAGE:
        raise InvalidInput(f"a brick holds {len(parts)} instances, but at most {ANNOTATIONS_PER_IMAGE - 1} are kept")
    return [
        {
            "id": annotation_id(index, number),
            "image_id": image_id(index),
            "category_id": volume.category_ids.get(part.instance, volume.category_id),
            "instance": part.instance,
            "bbox": list(part.bbox),
            "area": part.area,
            "iscrowd": 0,
        }
        for number, part in enumerate(parts)
    ]


def _classes(values: NDArray[np.generic]) -> NDArray[np.uint8 | np.uint16]:
    """Return numbers of classes as they are kept.  Raises InvalidInput for one that is none."""
    kept = ids_of(values)
    if kept.max() > np.iinfo(np.uint16).max:
        raise InvalidInput(f"{kept.max()} is no number of a class: it must be a whole one, 0 to 65535")
    return kept.astype(np.uint16)
