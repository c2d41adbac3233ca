"""Broken masks: what a record says was broken is broken, and the true mask is kept."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from maskline.contract.coco import rle
from maskline.contract.shard import Sample

Draw = Callable[..., list[Sample]]
Decoded = Callable[[Sample], npt.NDArray[np.bool_]]


def test_pictures_and_true_masks_are_those_of_whole_masks(draw: Draw) -> None:
    for whole, broken in zip(draw("demo", 6), draw("demo", 6, broken=1), strict=True):
        assert whole.members == broken.members
        true = [one["true_segmentation"] for one in broken.annotations]
        assert list(dict.fromkeys(one["counts"] for one in true)) == [
            one["segmentation"]["counts"] for one in whole.annotations
        ]


def test_masks_are_broken_as_told(draw: Draw, masks: Decoded) -> None:
    seen: dict[str, int] = {}
    for sample in draw("demo", 10, broken=1):
        for one, mask in zip(sample.annotations, masks(sample), strict=True):
            true, how = rle.decode(one["true_segmentation"]), one["broken"]
            seen[how] = seen.get(how, 0) + 1
            assert one["area"] == mask.sum() > 0
            if how != "double":
                assert not (mask & ~true).any()
                assert mask.sum() < true.sum()
    assert min(seen[how] for how in ("hole", "fragment", "double")) > 20


def test_of_a_double_one_mask_is_the_true_one_and_the_other_lies_beside_it(draw: Draw) -> None:
    sets: dict[str, list[bool]] = {}
    for sample in draw("demo", 6, broken=1):
        for one in sample.annotations:
            if one["broken"] == "double":
                key = f"{one['image_id']} {one['true_segmentation']['counts']}"
                sets.setdefault(key, []).append(one["segmentation"] == one["true_segmentation"])
    assert sets
    assert all(same == [True, False] for same in sets.values())


def test_so_many_are_broken_as_asked_for(draw: Draw) -> None:
    samples = draw("demo", 30, broken=0.25)
    found = {str(one.get("true_segmentation", one["segmentation"])): one for s in samples for one in s.annotations}
    share = np.mean(["broken" in one for one in found.values()])
    assert 0.18 < share < 0.32
    assert all(("broken" in one) == ("true_segmentation" in one) for one in found.values())
