"""The record of one drawn tomogram: one brick that is a volume of its own."""

from dataclasses import asdict, replace

import numpy as np

from maskline.contract.shard import Sample
from maskline.tomograms.tomogram import Drawn
from maskline.volumes.bricks.cutting import Volume, samples_of
from maskline.volumes.voxels import InMemory


def sample(index: int, drawn: Drawn) -> Sample:
    """Return a drawn tomogram as a sample; no two are related, so each is a group of its own.

    Instance n of its labels, from 1, is complex n - 1 of what was drawn.
    """
    volume = Volume(
        name=f"{index:07d}",
        raw=InMemory(drawn.values.astype(np.float32)),
        labels=InMemory(drawn.labels),
        mask=InMemory(drawn.mask.astype(np.uint8)),
        voxel_size_a=(drawn.voxel_size_a,) * 3,
        category_ids=dict(enumerate(drawn.categories, 1)),
    )
    (brick,) = samples_of(volume, index)
    annotations = [
        label | {"family": one.name, "middle": list(one.middle)}
        for label in brick.annotations
        for one in (drawn.complexes[label["instance"] - 1],)
    ]
    known = {"imaging": asdict(drawn.exposure), "left_out": drawn.left_out}
    return replace(brick, image=brick.image | known, annotations=annotations)
