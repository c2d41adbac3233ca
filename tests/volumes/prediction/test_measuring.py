"""Results by hand."""

import numpy as np

from maskline.volumes.prediction.measuring import kept, measured
from maskline.volumes.voxels import InMemory

RECORDS = [
    {"id": 5, "volume": "a", "start": [0, 0, 0], "shape": [2, 2, 2]},
    {"id": 6, "volume": "a", "start": [0, 0, 2], "shape": [2, 2, 2]},
]


def labels() -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Instance 1: a row across both pieces; 2: two voxels of the second piece."""
    found = np.zeros((2, 2, 4), np.int32)
    found[0, 0, 1:4], found[1, 1, 2:4] = 1, 2
    return found


def chances(*values: float) -> InMemory:
    """Return a map that is so in planes of the same x."""
    return InMemory(np.broadcast_to(np.array(values, np.float32), (2, 2, 4)))


def test_an_instance_across_pieces_is_of_the_one_with_its_first_voxel() -> None:
    maps = [chances(0, 0.6, 0.9, 0.9), chances(1, 1, 1, 1), chances(0, 0, 0, 0)]

    first, second = measured(labels(), maps, [3], RECORDS)

    assert first["image_id"] == 5
    assert second["image_id"] == 6
    assert first["bbox"] == [0, 0, 1, 1, 1, 3]
    assert first["centroid"] == [0, 0, 2]
    assert round(first["score"], 6) == 0.8
    assert first["category_id"] == second["category_id"] == 3
    assert (second["area"], second["instance"], second["volume"]) == (2, 2, "a")


def test_the_class_is_the_one_of_the_greatest_mean_chance() -> None:
    classes = [chances(0, 0.9, 0.2, 0.2), chances(0, 0.1, 0.8, 0.8)]
    maps = [chances(1, 1, 1, 1), chances(1, 1, 1, 1), chances(0, 0, 0, 0), *classes]

    first, second = measured(labels(), maps, [3, 8], RECORDS)

    assert (first["category_id"], second["category_id"]) == (8, 8)


def test_what_is_scored_too_low_is_in_neither_and_the_others_are_numbered_anew() -> None:
    found = labels()
    results = measured(found, [chances(0, 0, 0, 1), chances(1, 1, 1, 1), chances(0, 0, 0, 0)], [1], RECORDS)

    left = kept(found, results, 0.4)

    assert [(one["instance"], one["area"]) for one in left] == [(1, 2)]
    assert found[1, 1, 2:4].tolist() == [1, 1]
    assert found.sum() == 2


def test_no_instances_are_no_results() -> None:
    empty = [chances(0, 0, 0, 0)] * 3

    assert measured(np.zeros((2, 2, 4), np.int32), empty, [1], RECORDS) == []
