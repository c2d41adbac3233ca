"""InstanceSketch's network for parts, written plainly in PyTorch from its description, and trained as described.

Two 32 x 32 pictures of each stroke, drawn with Pillow: its shape, scaled to fill the picture, and where it lies in the
sketch. Two branches of convolutions (32, 64, 128 channels, mean over all pixels), a map to 128 channels, a position,
two pre-norm layers of a transformer with four heads, and a linear layer over all labels.  About 0.9 M parameters;
Adam, a rate of 3e-4, weight decay 1e-4, batches of 128, a loss weighted by how rare a class is.

N: strokes of the longest sketch of a batch   S: strokes of all its sketches   K: labels
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional

SIDE_PX = 32
WIDTH, HEADS, LAYERS, WIDE = 128, 4, 2, 1024
MOST_STROKES = 105
RATE, DECAY, BATCH = 3e-4, 1e-4, 128
NO_LABEL = -100


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing.  strokes: (P, 2) each, x right, y down.  labels: one a stroke, NO_LABEL where there is none."""

    strokes: Sequence[NDArray[np.float32]]
    labels: NDArray[np.int64]


def pictures(drawing: Drawing) -> Tensor:
    """Return (strokes, 2, SIDE_PX, SIDE_PX): shape and location of each stroke, 0..1."""
    whole = np.concatenate(drawing.strokes)
    views = [[_drawn(stroke, stroke), _drawn(stroke, whole)] for stroke in drawing.strokes]
    return torch.from_numpy(np.array(views, np.float32) / 255)


def _drawn(stroke: NDArray[np.float32], frame: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, high = frame.min(axis=0), frame.max(axis=0)
    scale = (SIDE_PX - 3) / max(float((high - low).max()), 1e-6)
    points = (stroke - (low + high) / 2) * scale + SIDE_PX / 2
    picture = Image.new("L", (SIDE_PX, SIDE_PX))
    way = [(float(x), float(y)) for x, y in points]
    if len(way) > 1:
        ImageDraw.Draw(picture).line(way, fill=255)
    else:
        ImageDraw.Draw(picture).point(way, fill=255)
    return np.asarray(picture)


class Network(nn.Module):
    """Pictures of all strokes, (S, 2, H, W), to logits of labels, (B, N, K)."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.shape, self.location = _branch(), _branch()
        self.joined = nn.Sequential(nn.Linear(256, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH))
        self.position = nn.Embedding(MOST_STROKES, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, WIDE, dropout=0.0, batch_first=True, norm_first=True)
        self.transformer = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.labels = nn.Linear(WIDTH, labels)

    def forward(self, views: Tensor, there: Tensor) -> Tensor:
        """Return logits.  there: (B, N), whether there is such a stroke."""
        tokens = torch.zeros(*there.shape, WIDTH)
        tokens[there] = self.joined(torch.cat([self.shape(views[:, :1]), self.location(views[:, 1:])], 1))
        tokens = tokens + self.position(torch.arange(there.shape[1]))
        logits: Tensor = self.labels(self.transformer(tokens, src_key_padding_mask=~there))
        return logits


def _branch() -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in ((1, 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def batch(drawings: Sequence[Drawing]) -> tuple[Tensor, Tensor, Tensor]:
    """Return views (S, 2, H, W), there (B, N) and labels (B, N); only strokes that are there have views."""
    most = max(len(drawing.strokes) for drawing in drawings)
    there = torch.zeros(len(drawings), most, dtype=torch.bool)
    labels = torch.full((len(drawings), most), NO_LABEL)
    for number, drawing in enumerate(drawings):
        count = len(drawing.strokes)
        there[number, :count], labels[number, :count] = True, torch.from_numpy(drawing.labels)
    return torch.cat([pictures(drawing) for drawing in drawings]), there, labels


def step(network: Network, optimizer: torch.optim.Optimizer, drawings: Sequence[Drawing], weights: Tensor) -> float:
    """Learn from a batch and return its loss.  weights: (K,) of labels."""
    views, there, labels = batch(drawings)
    loss = functional.cross_entropy(
        network(views, there).flatten(0, 1), labels.flatten(), weight=weights, ignore_index=NO_LABEL
    )
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def predict(network: Network, drawings: Sequence[Drawing]) -> list[NDArray[np.int64]]:
    """Return the label of each stroke of drawings."""
    network.eval()
    views, there, _ = batch(drawings)
    with torch.inference_mode():
        found = network(views, there).argmax(2).numpy()
    network.train()
    return [found[number, : len(drawing.strokes)] for number, drawing in enumerate(drawings)]
