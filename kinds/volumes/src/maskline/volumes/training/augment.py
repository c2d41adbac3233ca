"""Patches varied: mirrored and turned about z, and their values changed.

A patch is what `items.patch_of` returns. What a tilt series does not see, the missing wedge, lies the same way in all
of a tomogram; mirroring keeps it, and so does half a turn about z, but a quarter turn does not, and any turn about
another axis brings it to where no tomogram has it. So there are none of those.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.training.config import AugmentationConfig

Patch = Mapping[str, NDArray[Any]]


def turned(patch: Patch, config: AugmentationConfig, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Mirror and turn a patch; its distances stay what they are, since voxels keep their sides."""
    chances = (config.flip_z, config.flip, config.flip)
    mirrored = tuple(np.flatnonzero(rng.random(3) < chances).tolist())
    turns = int(rng.integers(4)) if rng.random() < config.quarter_turns else 0
    return {name: np.rot90(np.flip(part, mirrored), turns, (1, 2)) for name, part in patch.items()}


def revalued(values: NDArray[np.float32], config: AugmentationConfig, rng: np.random.Generator) -> NDArray[np.float32]:
    """Blur values, change contrast and brightness, and add noise, in this order."""
    from scipy.ndimage import gaussian_filter

    blur, noise = rng.random(2) * (config.blur_voxels, config.noise)
    contrast, brightness = rng.uniform(-1, 1, 2) * (config.contrast, config.brightness)
    if blur:
        values = gaussian_filter(values, blur, truncate=3)
    values = values * np.float32(1 + contrast) + np.float32(brightness)
    if noise:
        values += np.float32(noise) * rng.standard_normal(values.shape, np.float32)
    return values
