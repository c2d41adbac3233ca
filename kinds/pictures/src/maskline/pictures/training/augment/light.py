"""What a scanner, a printer or a screen does to the grey levels of a picture; labels stay where they are."""

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor


def lit(pixels: Tensor, brighter: float, contrast: float) -> Tensor:
    """Change brightness and contrast of (C, H, W) uint8.

    brighter: grey levels added.  contrast: what the distance of every level from the picture's mean is multiplied by.
    """
    mean = float(pixels.numpy().mean())
    levels = (np.arange(256) - mean) * contrast + mean + brighter
    return torch.from_numpy(np.rint(levels).clip(0, 255).astype(np.uint8)[pixels.numpy()])


def blurred(pixels: Tensor, sigma: float) -> Tensor:
    """Blur (C, H, W) uint8 by a Gaussian, as near as three box filters come to it.  sigma: pixels."""
    blur = ImageFilter.GaussianBlur(sigma)
    planes = [np.asarray(Image.fromarray(plane).filter(blur)) for plane in pixels.numpy()]
    return torch.from_numpy(np.stack(planes))


def noisy(pixels: Tensor, deviation: float, rng: np.random.Generator) -> Tensor:
    """Add Gaussian noise to (C, H, W) uint8, the same to every channel.  deviation: standard one, grey levels."""
    noise = rng.standard_normal(pixels.shape[1:], np.float32) * np.float32(deviation)
    return torch.from_numpy(np.rint(pixels.numpy() + noise).clip(0, 255).astype(np.uint8))
