"""A stroke as two small pictures, its shape and its place in the sketch: InstanceSketch's way.

Written from the description of that system: two 32 x 32 pictures, two branches of 32, 64 and 128 channels with a mean
over all pixels, joined by a map of 128 channels.
"""

import torch
from torch import Tensor, nn

from maskline.strokes.networks.batch import Strokes

SIDE_PX = 32
CHANNELS = (32, 64, 128)
FINER = 4
"""Points between two neighbours of a stroke, so that its line has no holes."""
MARGIN = 0.95
SMALLEST = 1e-3


class RasterEncoder(nn.Module):
    """Points of strokes, (S, P, 2), to tokens, (S, D)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.shape, self.location = _branch(), _branch()
        self.joined = nn.Sequential(nn.Linear(2 * CHANNELS[-1], width), nn.ReLU(), nn.Linear(width, width))

    def forward(self, strokes: Strokes) -> Tensor:
        """Return a token per stroke.  strokes: normalised."""
        points = _finer(strokes.points)
        low, high = points.amin(1, keepdim=True), points.amax(1, keepdim=True)
        half = ((high - low).amax(2, keepdim=True) / 2).clamp(min=SMALLEST)
        shape = self.shape(drawn((points - (low + high) / 2) / half))
        location = self.location(drawn(points))
        tokens: Tensor = self.joined(torch.cat([shape, location], 1))
        return tokens


def drawn(points: Tensor) -> Tensor:
    """Return strokes, (S, Q, 2) between -1 and 1, as pictures.

    They are (S, 1, SIDE_PX, SIDE_PX), 1 where the line is, 0 elsewhere.
    """
    cells = ((points * MARGIN + 1) / 2 * SIDE_PX).long().clamp(0, SIDE_PX - 1)
    flat = cells[..., 1] * SIDE_PX + cells[..., 0]
    pictures = points.new_zeros(len(points), SIDE_PX * SIDE_PX).scatter(1, flat, 1.0)
    return pictures.reshape(-1, 1, SIDE_PX, SIDE_PX)


def _finer(points: Tensor) -> Tensor:
    finer = nn.functional.interpolate(points.transpose(1, 2), scale_factor=FINER, mode="linear", align_corners=True)
    return finer.transpose(1, 2)


def _branch() -> nn.Sequential:
    layers: list[nn.Module] = []
    before = 1
    for channels in CHANNELS:
        layers += [nn.Conv2d(before, channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
