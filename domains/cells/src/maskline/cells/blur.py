"""Gaussian blur in single precision, added up tap by tap so that every processor gives the same bits."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
REACH = 3
"""Where a kernel ends, in standard deviations."""


def blur(pixels: Floats, sigma: float) -> Floats:
    """Return pixels blurred by a Gaussian, edges repeated.  pixels: (H, W).  sigma: pixels; 0 blurs nothing."""
    weights = kernel(sigma)
    if len(weights) == 1:
        return pixels
    return _down(_down(pixels, weights).T, weights).T


def grain(size: tuple[int, int], sigma: float, rng: np.random.Generator) -> Floats:
    """Return (H, W) smooth noise of mean 0 and standard deviation 1.  sigma: size of its grains, pixels."""
    weights = kernel(sigma)
    deviation = math.sqrt(sum(weight * weight for weight in weights)) ** 2
    noise: Floats = rng.standard_normal(size, np.float32)
    return blur(noise, sigma) / np.float32(deviation)


def kernel(sigma: float) -> list[float]:
    """Return the weights of a Gaussian, which sum up to 1; an odd number of them."""
    if sigma <= 0:
        return [1.0]
    half = max(1, math.ceil(REACH * sigma))
    weights = [math.exp(-((place / sigma) ** 2) / 2) for place in range(-half, half + 1)]
    return [weight / sum(weights) for weight in weights]


def _down(pixels: Floats, weights: list[float]) -> Floats:
    """Blur along the first axis; the kernel is the same both ways, so two rows are weighed at once."""
    half = len(weights) // 2
    padded = np.pad(pixels, ((half, half), (0, 0)), mode="edge")
    height = len(pixels)
    total = padded[half : half + height] * np.float32(weights[half])
    for tap in range(half):
        other = 2 * half - tap
        total += (padded[tap : tap + height] + padded[other : other + height]) * np.float32(weights[tap])
    return total
