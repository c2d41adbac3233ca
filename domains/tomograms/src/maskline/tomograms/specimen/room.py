"""Room in a specimen: which voxels are taken, and whose they are.

Z, Y, X: voxels of the volume along z, y, x.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.complexes.density import Floats, Mask, Turned
from maskline.tomograms.ranges import Vector

Place = tuple[int, int, int]
Labels = NDArray[np.uint32]


@dataclass(slots=True)
class Room:
    """taken: (Z, Y, X) where no complex may lie any more.  values: (Z, Y, X) density.  labels: 0, or 1 and up."""

    taken: Mask
    values: Floats
    labels: Labels
    placed: list[tuple[Turned, Place]] = field(default_factory=list)

    def free(self, one: Turned, at: Place) -> bool:
        """Say whether a complex has its middle in the volume, some of its label too, and takes no voxel of another."""
        if not all(0 <= place < side for place, side in zip(at, self.taken.shape, strict=True)):
            return False
        here, own = self._window(one, at)
        mask = one.mask[own]
        return bool(mask.any()) and not (self.taken[here] & mask).any()

    def admit(self, one: Turned, at: Place) -> None:
        """Place a complex where it is free."""
        here, own = self._window(one, at)
        mask = one.mask[own]
        self.placed.append((one, at))
        self.taken[here] |= mask
        self.values[here] += one.values[own]
        self.labels[here][mask] = len(self.placed)

    def touching(self, one: Turned, other: int, towards: Vector) -> Place | None:
        """Push a complex from afar at a placed one until one more voxel would be one too many.

        other: its number, from 0.  towards: unit vector from its middle to where the complex comes from.
        Returns the last place before they meet if it is free, else None.
        """
        target, middle = self.placed[other]
        afar = (max(one.values.shape) + max(target.values.shape)) // 2 + 2
        last: Place | None = None
        for away in range(afar, -1, -1):
            z, y, x = (round(at + away * part) for at, part in zip(middle, towards, strict=True))
            here, own = self._window(one, (z, y, x))
            if (one.mask[own] & (self.labels[here] == other + 1)).any():
                break
            last = (z, y, x)
        return last if last and self.free(one, last) else None

    def _window(self, one: Turned, at: Place) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """Return the part of the volume in which a complex lies, and the part of the complex that lies there."""
        lows = [place - middle for place, middle in zip(at, one.middle, strict=True)]
        here = tuple(
            slice(max(low, 0), max(min(low + size, side), 0))
            for low, size, side in zip(lows, one.values.shape, self.taken.shape, strict=True)
        )
        own = tuple(
            slice(part.start - low, max(part.stop, part.start) - low) for part, low in zip(here, lows, strict=True)
        )
        return here, own
