"""Instances of a volume as results: what each is, how sure, how large and where."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.bricks.reading import box_of
from maskline.volumes.formats.slabs import slabs
from maskline.volumes.spec import MAPS
from maskline.volumes.voxels import Box, Voxels

FOREGROUND = MAPS.index("foreground")


def measured(
    labels: NDArray[np.int32], maps: Sequence[Voxels], category_ids: Sequence[int], records: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return a result for each instance, in the order of their numbers.

    labels: (z, y, x), numbered from 1 in the order of first voxels.  maps: those of a network, one by one.
    category_ids: in the order of the maps of classes, which there are if these are several.
    records: of the volume's pieces; an instance is of the one that holds its first voxel.
    `score` is the mean chance of foreground of an instance's voxels, its class the one of the greatest mean chance.
    """
    import cc3d

    found = cc3d.statistics(labels.view(np.uint32), no_slice_conversion=True)
    count = len(found["voxel_counts"]) - 1
    classes = maps[len(MAPS) :] or [maps[FOREGROUND]]
    firsts = np.zeros((count + 1, 3), np.int64)
    chances, votes = np.zeros(count + 1), np.zeros((len(classes), count + 1))
    seen = 0
    for box in slabs(labels.shape):
        part = labels[box.slices]
        inside = part > 0
        own = part[inside]
        chances += np.bincount(own, maps[FOREGROUND].read(box)[inside].astype(np.float64), count + 1)
        for number, chance in enumerate(classes if len(classes) > 1 else ()):
            votes[number] += np.bincount(own, chance.read(box)[inside].astype(np.float64), count + 1)
        numbers, places = np.unique(own, return_index=True)
        new = numbers > seen
        firsts[numbers[new]] = np.argwhere(inside)[places[new]] + box.start
        seen = max(seen, int(numbers.max(initial=0)))
    pieces = [(record["id"], box_of(record)) for record in records]
    results = []
    for number in range(1, count + 1):
        area = int(found["voxel_counts"][number])
        z, dz, y, dy, x, dx = (int(side) for side in found["bounding_boxes"][number])
        results.append(
            {
                "image_id": next(piece for piece, box in pieces if _holds(box, firsts[number])),
                "category_id": category_ids[int(votes[:, number].argmax())],
                "score": float(chances[number] / area),
                "instance": number,
                "volume": records[0]["volume"],
                "bbox": [z, y, x, dz + 1 - z, dy + 1 - y, dx + 1 - x],
                "area": area,
                "centroid": [round(float(place), 3) for place in found["centroids"][number]],
            }
        )
    return results


def kept(labels: NDArray[np.int32], results: Sequence[dict[str, Any]], least: float) -> list[dict[str, Any]]:
    """Take what is scored lower than `least` out of labels and results; what is left is numbered anew, in its order."""
    numbers = np.zeros(len(results) + 1, np.int32)
    sure = [result for result in results if result["score"] >= least]
    if len(sure) == len(results):
        return sure
    for number, result in enumerate(sure, 1):
        numbers[result["instance"]] = number
    for box in slabs(labels.shape):
        labels[box.slices] = numbers[labels[box.slices]]
    return [result | {"instance": int(numbers[result["instance"]])} for result in sure]


def _holds(box: Box, place: NDArray[np.int64]) -> bool:
    return all(low <= at < high for low, at, high in zip(box.start, place, box.stop, strict=True))
