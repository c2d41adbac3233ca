"""A volume through the network, a window at a time; what it says of the middles of windows is kept.

M: maps
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from maskline.volumes.bricks.statistics import Statistics
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.scaling import scaled
from maskline.volumes.voxels import Box, Shape, Voxels

WINDOW = 128
"""Voxels along a side of a window, at most."""


class Window(NamedTuple):
    """What the network sees at a time, and the part of it whose maps are kept."""

    seen: Box
    kept: Box


def windows_of(shape: Shape, side: int = WINDOW) -> list[Window]:
    """Return the windows over a volume, in the order of z, y, x; what is kept of them holds each voxel once.

    side: of a window, voxels, at least 2; where the volume is smaller, so is the window.
    Windows overlap by half, and the last along a side ends where the volume does. Of two neighbours each is kept up to
    the middle of what both see: so a quarter of a window, at least, is seen around every voxel, except at the rim.
    """
    return [
        Window(
            Box((z.start, y.start, x.start), (z.stop, y.stop, x.stop)),
            Box((z.first, y.first, x.first), (z.last, y.last, x.last)),
        )
        for z, y, x in product(*(_cuts(length, side) for length in shape))
    ]


def maps_of(
    voxels: Voxels,
    windows: Iterable[Window],
    network: VolumeNetwork,
    statistics: Statistics,
    mask: Voxels | None = None,
) -> Iterator[tuple[Box, NDArray[np.float32]]]:
    """Yield the part of each window that is kept with its maps, (M, z, y, x): `VolumeNetwork.maps` says what they are.

    windows: those of the volume, or some of them.  statistics: of the whole volume.
    mask: where it is 0, all maps are 0; windows that keep nothing else are not computed.
    Windows are computed one by one, since the last bits of what comes out can depend on how many go in together. So a
    voxel's maps depend on its own window alone, and no more than that is held in memory.
    Raises what reading does.
    """
    for seen, kept in windows:
        counts = np.ones(kept.shape, np.bool_) if mask is None else mask.read(kept) != 0
        maps = np.zeros((network.spec.maps, *kept.shape), np.float32)
        if counts.any():
            found = predicted(network, scaled(voxels.read(seen), statistics))
            inner = [slice(at - start, end - start) for start, at, end in zip(seen.start, *kept, strict=True)]
            np.copyto(maps, found[:, *inner], where=counts)
        yield kept, maps


def predicted(network: VolumeNetwork, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the maps (M, z, y, x) of scaled values (z, y, x).

    Values are continued by their mirror image up to the sides that the network reads.
    """
    z, y, x = values.shape
    padded = np.pad(values, [(0, -side % network.spec.multiple) for side in values.shape], "symmetric")
    device = next(network.parameters()).device
    with torch.inference_mode():
        maps = network.maps(torch.from_numpy(padded).to(device)[None])[0, :, :z, :y, :x]
    found: NDArray[np.float32] = maps.cpu().numpy()
    return found


class _Cut(NamedTuple):
    """A window along one side: where it begins and ends, and where what is kept does."""

    start: int
    stop: int
    first: int
    last: int


def _cuts(length: int, side: int) -> list[_Cut]:
    end = max(0, length - side)
    starts = [*range(0, end, side // 2), end]
    stops = [min(start + side, length) for start in starts]
    middles = [(start + stop) // 2 for start, stop in zip(starts[1:], stops[:-1], strict=True)]
    return [_Cut(*cut) for cut in zip(starts, stops, [0, *middles], [*middles, length], strict=True)]
