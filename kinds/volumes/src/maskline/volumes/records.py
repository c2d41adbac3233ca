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
        """Return a brick's planes side by side, (H, W) grey, and the same with each instance in a colour, RGB.

        The planes are those with the most of instances, or the middle ones.
        """
        from maskline.volumes.bricks.reading import decode_labels, decode_raw
        from maskline.volumes.painting import fullest, grey, paint, side_by_side

        values, labels, image = decode_raw(sample), decode_labels(sample), sample.image
        shades = side_by_side(grey(values, image["low"], image["high"]), fullest(labels, values.shape))
        if labels is None:
            return shades, paint(shades)
        colours = {category.id: category.colour for category in categories.categories}
        outlines = {one["instance"]: colours[one["category_id"]] for one in sample.annotations}
        return shades, paint(shades, side_by_side(labels, fullest(labels, values.shape)), outlines)

    def size(self, record: Mapping[str, Any]) -> str:
        """Return the voxels of a brick along x, y and z, and how large one is, where that is known."""
        z, y, x = record["shape"]
        voxels = f"{x} \N{MULTIPLICATION SIGN} {y} \N{MULTIPLICATION SIGN} {z} voxels"
        sides = record["voxel_size_a"]
        if not sides:
            return voxels
        told = dict.fromkeys(f"{side:.4g}" for side in reversed(sides))
        return f"{voxels} of {' \N{MULTIPLICATION SIGN} '.join(told)} \N{ANGSTROM SIGN}"


records = VolumeRecords()
