"""A tilt series that is taken and projected back.

y is the tilt axis, and the beam runs along z at tilt 0: a voxel at (z, x) from the middle is seen at x cos t + z sin t,
at any y.  Z, Y, X: voxels of the volume along z, y, x.  T: tilts.  W: pixels of a projection across the axis.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

from maskline.tomograms.imaging.contrast import low_pass, transfer
from maskline.tomograms.imaging.exposure import Exposure
from maskline.tomograms.ranges import Shape

Doubles = NDArray[np.float64]


class ProjectionImaging:
    """A volume's shape seen through one exposure."""

    def __init__(self, shape: Shape, voxel_size_a: float, exposure: Exposure) -> None:
        self._shape, steps = shape, int(exposure.tilt_deg / exposure.step_deg)
        self._tilts = [step * exposure.step_deg for step in range(-steps, steps + 1)]
        widest = math.ceil(math.hypot(shape[0], shape[2])) + 2
        self._width = widest + (widest - shape[2]) % 2  # without a tilt, a voxel is seen by a pixel of its own
        self._rays = sparse.vstack([self._projector(math.radians(tilt)) for tilt in self._tilts], "csr")
        kx = fft.fftfreq(self._width, voxel_size_a)[:, None]
        square = kx * kx + fft.rfftfreq(shape[1], voxel_size_a)[None, :] ** 2
        self._signal = np.abs(kx) * transfer(square, exposure)
        self._noise = np.abs(kx) * low_pass(square, exposure)

    def seen(self, values: NDArray[np.floating]) -> Doubles:
        """Return what is reconstructed of densities, both (Z, Y, X)."""
        columns = values.astype(np.float64).transpose(0, 2, 1).reshape(-1, self._shape[1])
        return self._back(self._rays @ columns, self._signal)

    def noise(self, rng: np.random.Generator) -> Doubles:
        """Return what is reconstructed of noise, (Z, Y, X), of any strength: white in every projection."""
        size = (len(self._tilts) * self._width, self._shape[1])
        return self._back(rng.standard_normal(size, np.float32).astype(np.float64), self._noise)

    def _projector(self, tilt: float) -> sparse.csr_matrix:
        """Return the (W, Z X) shares of voxels in pixels: a voxel is shared by the two whose centres are next to it."""
        z, x = (np.arange(side) - (side - 1) / 2 for side in (self._shape[0], self._shape[2]))
        across = z[:, None] * round(math.sin(tilt), 9) + x[None, :] * round(math.cos(tilt), 9) + (self._width - 1) / 2
        pixels = np.floor(across.ravel()).astype(np.int64)
        share, voxels = across.ravel() - pixels, np.arange(across.size)
        return sparse.csr_matrix(
            (
                np.concatenate([1 - share, share]),
                (np.concatenate([pixels, pixels + 1]), np.concatenate([voxels, voxels])),
            ),
            shape=(self._width, across.size),
        )

    def _back(self, projections: Doubles, factors: Doubles) -> Doubles:
        """Filter projections, (T W, Y), and smear each back over the volume: weighted back-projection.

        Radermacher 2006, Weighted back-projection methods, in Frank (ed.), Electron tomography.
        """
        taken = projections.reshape(len(self._tilts), self._width, self._shape[1])
        filtered = fft.irfft2(fft.rfft2(taken) * factors, taken.shape[1:])
        smeared = self._rays.T @ filtered.reshape(-1, self._shape[1])
        found: Doubles = smeared.reshape(self._shape[0], self._shape[2], self._shape[1]).transpose(0, 2, 1)
        return found
