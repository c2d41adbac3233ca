"""What a microscope leaves of each spatial frequency.

Frequencies are in 1/angstrom.  Reimer, Kohl 2008, Transmission electron microscopy, sections 2.1 and 6.4.
"""

import math

import numpy as np
from numpy.typing import NDArray

from maskline.tomograms.imaging.exposure import Exposure

Doubles = NDArray[np.float64]
SPHERICAL_ABERRATION_A = 2.7e7
"""Of the objective lens, 2.7 mm."""


def wavelength_a(voltage_kv: float) -> float:
    """Return the wavelength of electrons, angstrom: h / sqrt(2 m e V (1 + e V / 2 m c^2)); 0.0197 at 300 kV."""
    volts = 1000 * voltage_kv
    return 12.2643 / math.sqrt(volts * (1 + 0.978466e-6 * volts))


def transfer(square: Doubles, exposure: Exposure) -> Doubles:
    """Return the factor of an amplitude; above 0 at first, so that what is dense is above 0 as well.

    square: of its frequency.  The contrast transfer function, sin(chi + arcsin(w)) with amplitude contrast w and
    chi = pi lambda defocus k^2 - pi / 2 Cs lambda^3 k^4, and the low-pass filter.
    """
    wave = wavelength_a(exposure.voltage_kv)
    phase = math.pi * wave * (exposure.defocus_um * 1e4) * square
    phase -= math.pi / 2 * SPHERICAL_ABERRATION_A * wave**3 * square * square
    return np.sin(phase + math.asin(exposure.amplitude_contrast)) * low_pass(square, exposure)


def low_pass(square: Doubles, exposure: Exposure) -> Doubles:
    """Return what the low-pass filter leaves of an amplitude.  square: of its frequency."""
    left: Doubles = np.exp(-square * exposure.low_pass_a**2)
    return left
