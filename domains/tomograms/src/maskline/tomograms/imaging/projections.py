"""A tilt series that is taken and projected back.

y is the tilt axis, and the beam runs along z at tilt 0: a voxel at (z, x) from the middle is seen at x cos t + z sin t,
at any y, and shared by the two pixels whose centres are next to that.
Z, Y, X: voxels of the volume along z, y, x.  T: tilts.  W: pixels of a projection across the axis.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.imaging.contrast import low_pass, transfer
from maskline.tomograms.imaging.exposure import Exposure
from maskline.tomograms.ranges import Shape

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rays:
    """Which pixels of a projection see the voxels at (z, x).

    pixels: (Z, X) the first of the two.  shares: (Z, X, 1) of a voxel in the second.
    apart: of voxels in a row along x that many places from each other, no two have the same first pixel.
    """

    pixels: NDArray[np.intp]
    shares: Doubles
    apart: int

    @classmethod
    def at(cls, tilt: float, shape: Shape, width: int) -> "Rays":
        """Follow those of one tilt, radians, to a projection of so many pixels."""
        z, x = (np.arange(side) - (side - 1) / 2 for side in (shape[0], shape[2]))
        sine, cosine = round(math.sin(tilt), 9), round(math.cos(tilt), 9)
        across = z[:, None] * sine + x * cosine + (width - 1) / 2
        pixels = np.floor(across).astype(np.intp)
        return cls(pixels, (across - pixels)[:, :, None], int(1 / max(cosine, 1 / shape[2])) + 1)

    def project(self, columns: Doubles, projection: Doubles) -> None:
        """Add voxels (Z, X, Y) to a projection (W, Y)."""
        for row, pixels, share in zip(columns, self.pixels, self.shares, strict=True):
            second = row * share
            first = row - second
            for some in (slice(start, None, self.apart) for start in range(self.apart)):
                projection[pixels[some]] += first[some]
                projection[pixels[some] + 1] += second[some]

    def smear(self, projection: Doubles, columns: Doubles) -> None:
        """Add a projection (W, Y) to the voxels (Z, X, Y) that it sees."""
        for row, pixels, share in zip(columns, self.pixels, self.shares, strict=True):
            first = projection[pixels]
            row += first + (projection[pixels + 1] - first) * share  # noqa: PLW2901  the row lies in the columns


class ProjectionImaging:
    """A volume's shape seen through one exposure."""

    def __init__(self, shape: Shape, voxel_size_a: float, exposure: Exposure) -> None:
        self._shape, steps = shape, int(exposure.tilt_deg / exposure.step_deg)
        tilts = [step * exposure.step_deg for step in range(-steps, steps + 1)]
        widest = math.ceil(math.hypot(shape[0], shape[2])) + 2
        width = widest + (widest - shape[2]) % 2  # without a tilt, a voxel is seen by a pixel of its own
        self._rays = [Rays.at(math.radians(tilt), shape, width) for tilt in tilts]
        self._taken = (len(tilts), width, shape[1])
        kx = np.fft.fftfreq(width, voxel_size_a)[:, None]
        square = kx * kx + np.fft.rfftfreq(shape[1], voxel_size_a)[None, :] ** 2
        self._signal = np.abs(kx) * transfer(square, exposure)
        self._noise = np.abs(kx) * low_pass(square, exposure)

    def seen(self, values: NDArray[np.floating]) -> Doubles:
        """Return what is reconstructed of densities, both (Z, Y, X)."""
        return self._back(self.projected(values), self._signal)

    def noise(self, rng: np.random.Generator) -> Doubles:
        """Return what is reconstructed of noise, (Z, Y, X), of any strength: white in every projection."""
        return self._back(rng.standard_normal(self._taken, np.float32).astype(np.float64), self._noise)

    def projected(self, values: NDArray[np.floating]) -> Doubles:
        """Return the tilt series of densities (Z, Y, X): sums along the beam, (T, W, Y)."""
        columns, found = values.astype(np.float64).transpose(0, 2, 1).copy(), np.zeros(self._taken)
        for projection, rays in zip(found, self._rays, strict=True):
            rays.project(columns, projection)
        return found

    def _back(self, projections: Doubles, factors: Doubles) -> Doubles:
        """Filter projections, (T, W, Y), and smear each back over the volume: weighted back-projection.

        Radermacher 2006, Weighted back-projection methods, in Frank (ed.), Electron tomography.
        """
        filtered = np.fft.irfft2(np.fft.rfft2(projections) * factors, projections.shape[1:])
        columns = np.zeros((self._shape[0], self._shape[2], self._shape[1]))
        for projection, rays in zip(filtered, self._rays, strict=True):
            rays.smear(projection, columns)
        return columns.transpose(0, 2, 1)
