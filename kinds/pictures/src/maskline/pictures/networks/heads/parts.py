"""The instances of a picture a few at a time, so that two thousand of them need no more memory than a few."""

from detectron2.structures import Instances

REGIONS_AT_ONCE = {"cpu": 8, "cuda": 512}
"""How many masks are made together: as many as fit a core's cache, or keep a GPU busy."""


def parts_of(found: Instances) -> list[Instances]:
    """Cut what was found in a picture into parts, at least one, which may be empty."""
    step = REGIONS_AT_ONCE[found.pred_boxes.device.type]
    return [found[start : start + step] for start in range(0, max(len(found), 1), step)]
