"""From a specimen to the values of a tomogram.

Z, Y, X: voxels of the volume along z, y, x.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.imaging.exposure import Exposure
from maskline.tomograms.imaging.fourier import FourierImaging
from maskline.tomograms.imaging.projections import ProjectionImaging
from maskline.tomograms.specimen.specimen import Specimen

Doubles = NDArray[np.float64]
STEP = 1 / 32
"""Of values, in standard deviations: processors differ in the last bits of sines and transforms, never by as much."""
DIGITS = 9
WAYS: Mapping[str, type[FourierImaging] | type[ProjectionImaging]] = {
    "fourier": FourierImaging,
    "projections": ProjectionImaging,
}


def picture(
    specimen: Specimen, voxel_size_a: float, exposure: Exposure, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return (Z, Y, X) values of mean 0 and standard deviation 1 in the specimen, in steps of STEP."""
    signal, noise = signal_and_noise(specimen, voxel_size_a, exposure, rng)
    seen = signal + noise
    here = seen[specimen.inside]
    seen -= round(float(here.mean()), DIGITS)
    seen /= _rounded(float(here.std())) or 1
    if not exposure.inverted:
        seen *= -1
    return (np.rint(seen / STEP) * STEP).astype(np.float32) + np.float32(0)  # there is no -0


def signal_and_noise(
    specimen: Specimen, voxel_size_a: float, exposure: Exposure, rng: np.random.Generator
) -> tuple[Doubles, Doubles]:
    """Return the signal, gold included, and noise of the strength that the exposure's signal-to-noise ratio asks for.

    snr = mean of s^2 over the voxels of complexes / variance of n over the specimen, s being the signal without gold,
    in which ice is 0. As Frank, Al-Ali 1975 (Nature 256, 376) have it, a ratio of variances; taken over complexes
    alone, it does not change with their number.  Where there is no complex, s is taken over the specimen.
    """
    z, y, x = specimen.values.shape
    imaging = WAYS[exposure.imaging]((z, y, x), voxel_size_a, exposure)
    signal, noise = imaging.seen(specimen.values), imaging.noise(rng)
    of = specimen.labels > 0 if specimen.complexes else specimen.inside
    power, variance = float((signal[of] ** 2).mean()), float(noise[specimen.inside].var())
    noise *= _rounded(math.sqrt(power / (exposure.snr * variance))) or 1
    if specimen.gold.any():
        signal = signal + imaging.seen(specimen.gold)
    return signal, noise


def _rounded(factor: float) -> float:
    """Round to some digits that count."""
    return float(f"{factor:.{DIGITS}e}")
