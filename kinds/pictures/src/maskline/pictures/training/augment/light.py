"""What a scanner, a printer or a screen does to the grey levels of a picture; labels stay where they are."""

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

YIQ = np.array([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
"""Luma and two axes of chroma, of red, green and blue."""


def lit(pixels: Tensor, brighter: float, contrast: float) -> Tensor:
    """Change brightness and contrast of (C, H, W) uint8.

    brighter: grey levels added.  contrast: what the distance of every level from the picture's mean is multiplied by.
    """
    mean = float(pixels.numpy().mean())
    levels = (np.arange(256) - mean) * contrast + mean + brighter
    return torch.from_numpy(np.rint(levels).clip(0, 255).astype(np.uint8)[pixels.numpy()])


def coloured(pixels: Tensor, hue_deg: float, saturation: float) -> Tensor:
    """Turn the hue of (3, H, W) uint8, and multiply its saturation; what is grey stays so, and luma as it is.

    Hue is the angle and saturation the length of a colour in the plane of I and Q of the NTSC's YIQ.
    """
    turn = math.radians(hue_deg)
    along, across = saturation * math.cos(turn), saturation * math.sin(turn)
    chroma = np.array([[1, 0, 0], [0, along, -across], [0, across, along]])
    matrix = (np.linalg.inv(YIQ) @ chroma @ YIQ).astype(np.float32)
    return torch.from_numpy(np.stack(cv2.split(cv2.transform(cv2.merge(pixels.numpy()), matrix))))


def median(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the median of every channel of (C, H, W), the level of its ground; every fourth row and column tell."""
    return np.asarray(np.median(pixels[:, ::4, ::4], axis=(1, 2)), np.float64)


def blurred(pixels: Tensor, sigma: float) -> Tensor:
    """Blur (C, H, W) uint8 by a Gaussian.  sigma: pixels, above 0."""
    planes = [cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE) for plane in pixels.numpy()]
    return torch.from_numpy(np.stack(planes))


def noisy(pixels: Tensor, deviation: float, rng: np.random.Generator) -> Tensor:
    """Add Gaussian noise to (C, H, W) uint8, the same to every channel.  deviation: standard one, grey levels."""
    noise = rng.standard_normal(pixels.shape[1:], np.float32) * np.float32(deviation)
    return torch.from_numpy(np.stack([cv2.add(plane, noise, dtype=cv2.CV_8U) for plane in pixels.numpy()]))
