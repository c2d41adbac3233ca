"""A stroke as a sequence of points: convolutions along the pen's way, and where and how large it is."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskline.strokes.networks.batch import Strokes

CHANNELS = (48, 96)
KERNEL = 5
STEPS = 8.0
"""What makes the way from one point to the next about as large as the points themselves."""
SMALL = 0.02
POINT_FEATURES, STROKE_FEATURES = 7, 10


class SequenceEncoder(nn.Module):
    """Points of strokes, (S, P, 2), to tokens, (S, D)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first, second = CHANNELS
        self.first = nn.Conv1d(POINT_FEATURES, first, KERNEL, padding=KERNEL // 2)
        self.second = nn.Conv1d(first, second, KERNEL, stride=2, padding=KERNEL // 2)
        self.third = nn.Conv1d(second, width, KERNEL, stride=2, padding=KERNEL // 2)
        self.whole = nn.Linear(STROKE_FEATURES, width)

    def forward(self, strokes: Strokes) -> Tensor:
        """Return a token per stroke.  strokes: normalised."""
        points = strokes.points
        ways = torch.cat([points[:, 1:] - points[:, :-1], torch.zeros_like(points[:, :1])], 1) * STEPS
        inner = (points - points.mean(1, keepdim=True)) * 2
        along = torch.linspace(-1, 1, points.shape[1], device=points.device).expand(points.shape[:2])
        found = torch.cat([points, inner, ways, along[..., None]], 2).transpose(1, 2)
        for layer in (self.first, self.second, self.third):
            found = functional.gelu(layer(found))
        tokens: Tensor = found.amax(2) + found.mean(2) + self.whole(_whole(points, ways))
        return tokens


def _whole(points: Tensor, ways: Tensor) -> Tensor:
    """Return (S, STROKE_FEATURES): where a stroke is, how large and long, and how its end lies to its start."""
    low, high = points.amin(1), points.amax(1)
    size = torch.log((high - low).amax(1, keepdim=True) + SMALL)
    length = ways.norm(dim=2).sum(1, keepdim=True) / STEPS
    return torch.cat([low, high, (low + high) / 2, size, length, points[:, 0] - points[:, -1]], 1)
