"""One tomogram, drawn: values, labels and what is known of them.

Z, Y, X: voxels of the volume along z, y, x.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.complexes.density import Floats, Mask
from maskline.tomograms.imaging.exposure import Exposure
from maskline.tomograms.imaging.picture import picture
from maskline.tomograms.options import DrawingOptions
from maskline.tomograms.specimen.specimen import Complex, Kind, specimen


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tomogram with its labels; arrays are (Z, Y, X).

    values: mean 0 and standard deviation 1 in the specimen.  labels: 0, or a complex' number from 1.
    mask: where the specimen is.  categories: id of each complex' class, in the order of labels.
    complexes: the same, by family and middle.  left_out: complexes that found no room.
    """

    values: Floats
    labels: NDArray[np.uint32]
    mask: Mask
    categories: tuple[int, ...]
    complexes: tuple[Complex, ...]
    left_out: int
    voxel_size_a: float
    exposure: Exposure


def drawn(options: DrawingOptions, kinds: Sequence[Kind], ids: dict[str, int], rng: np.random.Generator) -> Drawn:
    """Draw a tomogram.  kinds: complexes that the options name.  ids: of the classes, by name."""
    shape, size = (options.depth, options.height, options.width), options.voxel_size_a
    found = specimen(shape, kinds, options.surface, size, options.specimen, rng)
    exposure = Exposure.sampled(options.imaging, rng)
    return Drawn(
        values=picture(found, size, exposure, rng),
        labels=found.labels,
        mask=found.inside,
        categories=tuple(ids[options.category(one.name)] for one in found.complexes),
        complexes=found.complexes,
        left_out=found.left_out,
        voxel_size_a=size,
        exposure=exposure,
    )
