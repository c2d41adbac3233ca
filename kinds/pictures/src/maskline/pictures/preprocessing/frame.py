"""From a picture of any size to the network's frame, the same way in train and predict.

C: channels   H, W: pixels of the picture   h, w: pixels of the frame
"""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from numpy.typing import NDArray
from torch import Tensor

from maskline.pictures.preprocessing.darkness import darkness
from maskline.pictures.spec import ModelSpec

LUMA = np.array([299, 587, 114], dtype=np.uint32)
"""Thousandths of red, green and blue in grey (ITU-R BT.601)."""


def to_channels(picture: NDArray[np.uint8], channels: int) -> Tensor:
    """Turn a grey (H, W) or RGB (H, W, 3) picture into (C, H, W) uint8 with the `channels` a network reads."""
    grey = picture.ndim == 2
    if channels == 1 and not grey:
        picture, grey = ((picture @ LUMA + 500) // 1000).astype(np.uint8), True
    planes = picture[None] if grey else picture.transpose(2, 0, 1)
    return torch.from_numpy(np.array(np.broadcast_to(planes, (channels, *picture.shape[:2]))))


def legible(picture: NDArray[np.uint8], spec: ModelSpec) -> NDArray[np.uint8]:
    """Return a grey (H, W) or RGB (H, W, 3) picture as a network reads it, with `masks: ink` grey, black on white."""
    return ~darkness(picture) if spec.masks == "ink" else picture


def frame(height: int, width: int, spec: ModelSpec) -> tuple[int, int]:
    """Return (h, w), the size at which a network sees a picture of `height` x `width` pixels. Proportions stay."""
    return scaled_size(height, width, frame_scale(height, width, spec))


def frame_scale(height: int, width: int, spec: ModelSpec) -> float:
    """Return how many times larger a network sees a picture of `height` x `width` pixels.

    The shorter side becomes short_side_px (0: `scale` times what it is) unless the longer one would exceed long_side_px
    (0: may); then the longer side becomes long_side_px.
    """
    scale = spec.short_side_px / min(height, width) if spec.short_side_px else spec.scale
    if spec.long_side_px and scale * max(height, width) > spec.long_side_px:
        scale = spec.long_side_px / max(height, width)
    return scale


def scaled_size(height: int, width: int, scale: float) -> tuple[int, int]:
    """Return (h, w), whole pixels, one at least."""
    return max(1, round(height * scale)), max(1, round(width * scale))


def resize(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Scale (C, H, W) uint8 to (C, h, w); shrinking averages, so that thin strokes fade instead of breaking."""
    if tuple(pixels.shape[1:]) == size:
        return pixels
    return _scaled(pixels, size).round_().clamp_(0, 255).to(torch.uint8)


def scaled_line(lines: Tensor, pixels: int) -> Tensor:
    """Scale lines, (..., n) float32, to (..., pixels), by the same filter as pictures."""
    return _scaled(lines[None], (len(lines), pixels))[0]


def _scaled(planes: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(planes[None].float(), size, mode="bilinear", align_corners=False, antialias=True)[0]
