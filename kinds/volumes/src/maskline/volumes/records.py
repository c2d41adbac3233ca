"""Volumes as people see them: a brick in three planes, and its instances in colours."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.records import Records
from maskline.contract.shard import Sample

if TYPE_CHECKING:  # who only names kinds has no use for numpy
    import numpy as np
    from numpy.typing import NDArray


class VolumeRecords(Records):
    """The kind as previews and pages see it."""

    def painted(self, sample: Sample, categories: CategoryTable) -> "tuple[NDArray[np.uint8], NDArray[np.uint8]]":
        """Return a brick's planes side by side, (H, W) grey, and the same with each instance in its colour, RGB.

        Where there are several classes, outlines are of the colour of the class.
        """
        from maskline.volumes.bricks.reading import decode_labels, decode_raw
        from maskline.volumes.painting import PAPER, cut, grey, paint, planes_of, side_by_side
        from maskline.volumes.voxels import InMemory

        values, labels, image = decode_raw(sample), decode_labels(sample), sample.image
        planes = planes_of(labels, image["shape"])
        shown = cut(InMemory(values), planes)
        shades = side_by_side([grey(plane, image["low"], image["high"]) for plane in shown], PAPER)
        if labels is None:
            return shades, shades[:, :, None].repeat(3, axis=2)
        colours = {category.id: category.colour for category in categories.categories}
        outlines = {one["instance"]: colours[one["category_id"]] for one in sample.annotations if len(colours) > 1}
        return shades, paint(shades, side_by_side(cut(InMemory(labels), planes), 0), outlines)

    def size(self, record: Mapping[str, Any]) -> str:
        """Return the voxels of a brick along x, y and z, and how large one is, where that is known."""
        z, y, x = record["shape"]
        voxels = f"{x} \N{MULTIPLICATION SIGN} {y} \N{MULTIPLICATION SIGN} {z} voxels"
        sides = record["voxel_size_a"]
        if not sides:
            return voxels
        told = [f"{side:.4g}" for side in reversed(sides)]
        size = " \N{MULTIPLICATION SIGN} ".join(told if len(set(told)) > 1 else told[:1])
        return f"{voxels} of {size} \N{LATIN CAPITAL LETTER A WITH RING ABOVE}"


records = VolumeRecords()
