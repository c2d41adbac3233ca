"""Planes of a volume as pixels, and instances in colours that tell them apart."""

import colorsys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.voxels import Box, Shape, Voxels

GAP_PX = 4
PAPER = 221
LEAST_PX = 128
"""A small brick is enlarged, voxel by voxel, until its longest side is about so long."""
FILL = 0.4
"""Share of the colour inside an instance; the rest is the volume."""
GOLDEN = 0.618034  # hues a golden section apart stay apart, however many there are
LIGHTNESS = (0.5, 0.64, 0.4)


def planes_of(labels: NDArray[np.integer[Any]] | None, shape: Shape) -> Shape:
    """Return the planes across z, y and x that are shown: those with the most voxels of instances, else the middle."""
    z, y, x = (side // 2 for side in shape)
    if labels is None or not labels.any():
        return z, y, x
    there = labels > 0
    z, y, x = (int(there.sum(axes).argmax()) for axes in ((1, 2), (0, 2), (0, 1)))
    return z, y, x


def cut(voxels: Voxels, planes: Shape) -> tuple[NDArray[Any], ...]:
    """Return three planes of a volume: xy, then yz with the same y, then xz; no more of it is read.

    planes: those across z, y and x.
    """
    (z, y, x), (depth, height, width) = planes, voxels.shape
    xy = voxels.read(Box((z, 0, 0), (z + 1, height, width)))[0]
    zy = voxels.read(Box((0, 0, x), (depth, height, x + 1)))[:, :, 0]
    xz = voxels.read(Box((0, y, 0), (depth, y + 1, width)))[:, 0]
    return xy, zy.T, xz


def side_by_side(shown: Sequence[NDArray[Any]], between: int) -> NDArray[Any]:
    """Return planes in a row, (H, W).  between: the value of what belongs to none."""
    height = max(len(plane) for plane in shown)
    scale = max(1, LEAST_PX // max(side for plane in shown for side in plane.shape))
    row = [
        np.pad(plane, ((0, height - len(plane)), (0, 0)), constant_values=between).repeat(scale, 0).repeat(scale, 1)
        for plane in shown
    ]
    gap = np.full((height * scale, GAP_PX), between, shown[0].dtype)
    return np.hstack([row[0], gap, row[1], gap, row[2]])


def grey(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Return values as greys: up to `low` black, from `high` on white."""
    share = (values.astype(np.float64) - low) / max(high - low, np.finfo(np.float64).tiny)
    return np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)


def paint(
    shades: NDArray[np.uint8], labels: NDArray[np.integer[Any]], outlines: Mapping[int, str]
) -> NDArray[np.uint8]:
    """Return a picture with instances filled by colours of their own and outlined, (H, W, 3) RGB.

    shades: (H, W) grey.  labels: (H, W), 0 for none.  outlines: instance -> "#rrggbb"; the others' are their own.
    """
    instances, own = np.unique(labels, return_inverse=True)
    fills = np.array([_rgb(colour(instance)) for instance in instances.tolist()], np.float64)
    edges = fills.copy()
    for number, instance in enumerate(instances.tolist()):
        if instance in outlines:
            edges[number] = _rgb(outlines[instance])
    canvas = np.repeat(shades[:, :, None], 3, axis=2).astype(np.float64)
    inside, edge = labels > 0, _edges(labels)
    canvas[inside] = canvas[inside] * (1 - FILL) + fills[own][inside] * FILL
    canvas[edge] = edges[own][edge]
    return np.rint(canvas).astype(np.uint8)


def colour(instance: int) -> str:
    """Return the colour of an instance, "#rrggbb"; those of neighbours in number are far apart."""
    lightness = LIGHTNESS[instance % len(LIGHTNESS)]
    shares = colorsys.hls_to_rgb(instance * GOLDEN % 1, lightness, 0.85)
    return "#" + bytes(round(255 * share) for share in shares).hex()


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour[1:]))


def _edges(labels: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Return the pixels of instances one of whose four neighbours is not of the same one."""
    framed = np.pad(labels, 1, mode="edge")
    neighbours = (framed[:-2, 1:-1], framed[2:, 1:-1], framed[1:-1, :-2], framed[1:-1, 2:])
    differs: NDArray[np.bool_] = np.logical_or.reduce([labels != neighbour for neighbour in neighbours])
    return differs & (labels > 0)
