"""Volumes that are predicted in pieces, by many at once: whose which window is, and where its maps lie meanwhile.

A piece is a record: a brick of a dataset, or a slab of a file.  A window belongs to the piece in which what is kept of
it begins, so each is computed once, whoever computes the others.
M: maps
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskline.contract.kind.prediction import Workroom
from maskline.volumes.bricks.encoding import decode, encode
from maskline.volumes.bricks.reading import box_of
from maskline.volumes.bricks.statistics import Statistics
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.prediction.windows import Window, maps_of, windows_of
from maskline.volumes.voxels import Box, Shape, Voxels


class Whole(NamedTuple):
    """A volume whose pieces are predicted.

    number: of its first piece, which no other volume has.  windows: over all of it.
    """

    number: int
    shape: Shape
    windows: Sequence[Window]

    @classmethod
    def of(cls, record: Mapping[str, Any], window_voxels: int) -> "Whole":
        """Return the volume whose first piece has this record."""
        z, y, x = record["volume_shape"]
        return cls(record["id"], (z, y, x), windows_of((z, y, x), window_voxels))

    def place(self, window: int) -> str:
        """Return where the maps of a window lie in the room."""
        return f"{self.number}/{window:06d}"


def predict_piece(
    record: Mapping[str, Any],
    volume: Whole,
    voxels: Voxels,
    mask: Voxels | None,
    network: VolumeNetwork,
    room: Workroom,
) -> tuple[int, int]:
    """Leave the maps of every window of a piece in the room, as halves, but of those that are there already.

    Returns how many windows were computed, and how many were there.
    """
    box, done = box_of(record), room.names()
    own = [number for number, window in enumerate(volume.windows) if _begins(window, box)]
    missing = [number for number in own if volume.place(number) not in done]
    statistics = Statistics(*(record[name] for name in Statistics._fields))
    found = maps_of(voxels, (volume.windows[number] for number in missing), network, statistics, mask)
    for number, (_, maps) in zip(missing, found, strict=True):
        room.write(volume.place(number), encode(maps.astype(np.float16)))
    return len(missing), len(own) - len(missing)


def maps_in(volume: Whole, room: Workroom) -> Iterable[tuple[Box, NDArray[np.float16]]]:
    """Yield the part of each window that is kept with its maps, (M, z, y, x).  Raises NotFound, Corrupt."""
    for number, window in enumerate(volume.windows):
        yield window.kept, decode(room.read(volume.place(number)))


def _begins(window: Window, box: Box) -> bool:
    return all(low <= at < high for low, at, high in zip(box.start, window.kept.start, box.stop, strict=True))
