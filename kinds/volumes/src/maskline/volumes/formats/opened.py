"""A volume of some file, where it lies in space, and what is odd about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskline.volumes.voxels import Voxels

Lengths = tuple[float, float, float]
"""Angstroms along z, y, x."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file holds, and what is written to one.

    voxel_size_a: of one voxel; None: the file does not tell.  origin_a: where the first voxel lies; None: untold.
    remarks: what is odd about the file, one line each.
    """

    voxels: Voxels
    voxel_size_a: Lengths | None = None
    origin_a: Lengths | None = None
    remarks: Sequence[str] = ()
