"""A stroke as a sequence of points: convolutions along the pen's way, and where and how large it is."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskline.strokes.networks.batch import Strokes

CHANNELS = (48, 96)
KERNEL, LATER = 5, 3
"""Points that the first layer sees of its neighbours, and the others."""
STEPS = 8.0
"""What makes the way from one point to the next about as large as the points themselves."""
SMALL = 0.02
POINT_FEATURES, STROKE_FEATURES = 7, 10


class SequenceEncoder(nn.Module):
    """Points of strokes, (S, P, 2), to tokens, (S, D)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first, second = CHANNELS
        self.layers = nn.ModuleList(
            [
                Windows(POINT_FEATURES, first, KERNEL, 1),
                Windows(first, second, LATER, 2),
                Windows(second, width, LATER, 2),
            ]
        )
        self.whole = nn.Linear(STROKE_FEATURES, width)

    def forward(self, strokes: Strokes) -> Tensor:
        """Return a token per stroke.  strokes: normalised."""
        points = strokes.points
        ways = torch.cat([points[:, 1:] - points[:, :-1], torch.zeros_like(points[:, :1])], 1) * STEPS
        inner = (points - points.mean(1, keepdim=True)) * 2
        along = torch.linspace(-1, 1, points.shape[1], device=points.device).expand(points.shape[:2])
        found = torch.cat([points, inner, ways, along[..., None]], 2)
        for layer in self.layers:
            found = functional.gelu(layer(found))
        tokens: Tensor = found.amax(1) + found.mean(1) + self.whole(_whole(points, ways))
        return tokens


class Windows(nn.Module):
    """A convolution along points, (S, P, C) to (S, P / stride, channels), as one product of matrices.

    Of sequences as short as these it takes a CPU half as long as nn.Conv1d does.
    """

    def __init__(self, before: int, channels: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.linear = nn.Linear(kernel * before, channels)

    def forward(self, points: Tensor) -> Tensor:
        """Return the layer's output; beyond the ends there are zeros."""
        half, last = self.kernel // 2, points.shape[1]
        padded = functional.pad(points, (0, 0, half, half))
        shifted = [padded[:, shift : shift + last : self.stride] for shift in range(self.kernel)]
        found: Tensor = self.linear(torch.cat(shifted, 2))
        return found


def _whole(points: Tensor, ways: Tensor) -> Tensor:
    """Return (S, STROKE_FEATURES): where a stroke is, how large and long, and how its end lies to its start."""
    low, high = points.amin(1), points.amax(1)
    size = torch.log((high - low).amax(1, keepdim=True) + SMALL)
    length = ways.norm(dim=2).sum(1, keepdim=True) / STEPS
    return torch.cat([low, high, (low + high) / 2, size, length, points[:, 0] - points[:, -1]], 1)
