"""What a tilt series does to a volume, in one step: every frequency within the tilts is seen, and no other.

y is the tilt axis, and the beam runs along z at tilt 0. A projection sees the frequencies of a plane through the y axis
(the central slice theorem), and the planes of all tilts up to t cover |kz| <= |kx| tan t; the rest, around z, is the
missing wedge.
Z, Y, X: voxels of the volume along z, y, x.  F: X // 2 + 1.
"""

import math

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.imaging.contrast import low_pass, transfer
from maskline.tomograms.imaging.exposure import Exposure
from maskline.tomograms.ranges import Shape

Doubles = NDArray[np.float64]


class FourierImaging:
    """A volume's shape seen through one exposure."""

    def __init__(self, shape: Shape, voxel_size_a: float, exposure: Exposure) -> None:
        self._shape = shape
        kz = np.fft.fftfreq(shape[0], voxel_size_a)[:, None, None]
        ky = np.fft.fftfreq(shape[1], voxel_size_a)[None, :, None]
        kx = np.fft.rfftfreq(shape[2], voxel_size_a)[None, None, :]
        tilt = math.radians(exposure.tilt_deg)
        seen = np.abs(kz) * math.cos(tilt) <= kx * math.sin(tilt) + 1e-12
        from_axis = kz * kz + kx * kx
        square = from_axis + ky * ky
        self._signal = np.where(seen, transfer(square, exposure), 0)
        # Back-projection weighs a projection's amplitudes by their distance k from the axis, and the planes lie 1 / k
        # dense: the noise's variance is as k.
        self._noise = np.where(seen, np.sqrt(np.sqrt(from_axis)) * low_pass(square, exposure), 0)

    def seen(self, values: NDArray[np.floating]) -> Doubles:
        """Return what is reconstructed of densities, both (Z, Y, X)."""
        return self._filtered(values, self._signal)

    def noise(self, rng: np.random.Generator) -> Doubles:
        """Return what is reconstructed of noise, (Z, Y, X), of any strength."""
        return self._filtered(rng.standard_normal(self._shape, np.float32), self._noise)

    def _filtered(self, values: NDArray[np.floating], factors: Doubles) -> Doubles:
        """Multiply frequencies, (Z, Y, F), in double precision: what is left of its rounding is rounded away later."""
        found: Doubles = np.fft.irfftn(np.fft.rfftn(values.astype(np.float64)) * factors, self._shape, (0, 1, 2))
        return found
