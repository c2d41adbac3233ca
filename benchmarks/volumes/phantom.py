"""What a network might say of a volume crowded with blobs that touch."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

RADII = (5.0, 9.0)
"""Voxels."""
CLOSE = 0.9
"""Least distance of two blobs' centres, as a share of the sum of their radii."""
TOUCHING = 0.7
"""Share of blobs that are put beside another one."""
BOUNDARY = 1.5
"""Voxels within which a boundary is seen to either side."""
NOISE = 0.6
"""Standard deviation of the maps' noise, in voxels of distance."""
SEED = 16
Array = NDArray[np.float32]


def write(folder: Path, side: int, instances: int) -> None:
    """Write foreground.npy, distances.npy, boundaries.npy and truth.npy, (side, side, side) each, into a folder."""
    rng = np.random.default_rng(SEED)
    nearest, second, truth = _painted(*_placed(rng, side, instances), side)
    np.save(folder / "truth.npy", truth)
    np.save(folder / "foreground.npy", _probability(2 * (nearest + _noise(rng, side))))
    np.save(folder / "distances.npy", nearest + _noise(rng, side))
    surface = np.minimum(np.abs(nearest), (nearest - second) / 2)
    np.save(folder / "boundaries.npy", _probability(3 * (BOUNDARY - surface + _noise(rng, side))))


def _placed(rng: np.random.Generator, side: int, instances: int) -> tuple[Array, Array]:
    """Return centres (N, 3) and radii (N,)."""
    centres, radii = np.empty((0, 3)), np.empty(0)
    while len(radii) < instances:
        radius, centre = rng.uniform(*RADII), rng.uniform(0, side, 3)
        if len(radii) and rng.random() < TOUCHING:
            other, direction = rng.integers(len(radii)), rng.standard_normal(3)
            apart = CLOSE * (radius + radii[other])
            centre = centres[other] + direction * (apart / np.linalg.norm(direction))
        apart = np.linalg.norm(centres - centre, axis=1)
        if ((centre > 0) & (centre < side)).all() and (apart >= 0.999 * CLOSE * (radius + radii)).all():
            centres, radii = np.vstack([centres, centre]), np.append(radii, radius)
    return centres.astype(np.float32), radii.astype(np.float32)


def _painted(centres: Array, radii: Array, side: int) -> tuple[Array, Array, NDArray[np.int32]]:
    """Return the distances to the nearest blob's surface and the second one's, and the blob, (z, y, x) each."""
    nearest, second = (np.full((side, side, side), -4, np.float32) for _ in range(2))
    truth = np.zeros(nearest.shape, np.int32)
    for number, (centre, radius) in enumerate(zip(centres, radii, strict=True), start=1):
        low = np.maximum(0, np.floor(centre - radius - 4)).astype(int)
        high = np.minimum(side, np.ceil(centre + radius + 5)).astype(int)
        box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        axes = np.ogrid[box]
        distance = radius - np.sqrt(sum((axis - at) ** 2 for axis, at in zip(axes, centre, strict=True)))
        distance = distance.astype(np.float32)
        nearer = distance > nearest[box]
        second[box] = np.where(nearer, nearest[box], np.maximum(second[box], distance))
        truth[box][nearer & (distance > 0)] = number
        nearest[box] = np.maximum(nearest[box], distance)
    return nearest, second, truth


def _noise(rng: np.random.Generator, side: int) -> Array:
    noise: Array = gaussian_filter(rng.standard_normal((side, side, side), dtype=np.float32), 1)
    return noise * np.float32(NOISE / noise.std())


def _probability(logit: NDArray[Any]) -> Array:
    probability: Array = (1 / (1 + np.exp(-logit))).astype(np.float32)
    return probability
