"""The record of one drawn tomogram: one brick that is a volume of its own."""

from dataclasses import asdict
from typing import Any

import numpy as np
from scipy import ndimage

from maskline.contract.shard import Sample, annotation_id, image_id
from maskline.tomograms.tomogram import Drawn


def sample(index: int, drawn: Drawn) -> Sample:
    """Return a drawn tomogram as a sample; no two are related, so each is a group of its own."""
    stem, shape = f"{index:07d}", list(drawn.values.shape)
    image = {
        "id": image_id(index),
        "file_name": f"{stem}.values",
        "group": stem,
        "volume": stem,
        "volume_shape": shape,
        "start": [0, 0, 0],
        "shape": shape,
        "voxel_size_a": drawn.voxel_size_a,
        "imaging": asdict(drawn.exposure),
        "left_out": drawn.left_out,
    }
    members = {
        "values": drawn.values.astype("<f4").tobytes(),
        "labels": drawn.labels.astype("<u4").tobytes(),
        "mask": drawn.mask.astype("u1").tobytes(),
    }
    return Sample(stem, members, image, _annotations(index, drawn))


def _annotations(index: int, drawn: Drawn) -> list[dict[str, Any]]:
    """Describe every complex: its label, its voxels, and the box of them, start and stop along z, y, x."""
    counts = np.bincount(drawn.labels.ravel(), minlength=len(drawn.complexes) + 1).tolist()
    boxes = ndimage.find_objects(drawn.labels.astype(np.int32))
    return [
        {
            "id": annotation_id(index, number),
            "image_id": image_id(index),
            "category_id": drawn.categories[number],
            "family": one.name,
            "label": number + 1,
            "voxels": counts[number + 1],
            "box": [[side.start for side in box], [side.stop for side in box]],
            "middle": list(one.middle),
        }
        for number, (one, box) in enumerate(zip(drawn.complexes, boxes, strict=True))
    ]
