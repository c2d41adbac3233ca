"""Sketches as another hand might have drawn them.

N: strokes of a sketch   P: points of a stroke
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskline.contract.kind.training import Item
from maskline.strokes.training.config import AugmentationConfig
from maskline.strokes.training.items import LABELS

MOST_WAVES = 3.0
DROPPING = 1 / 3
"""Share of sketches that lose strokes at all."""
FEWEST = 3
"""Sketches of fewer strokes lose none."""
SHORTEST_CUT = 0.25
Points = NDArray[np.float32]


def augmented(
    item: Item, config: AugmentationConfig, mirrored: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, Tensor]:
    """Return an item varied.  mirrored: (K,) what each part's class is in a mirrored sketch."""
    labels = {name: item[name].numpy() for name in LABELS}
    points, half = _normalised(item["points"].numpy())
    points, flipped = _bent(points, config, rng)
    if flipped:
        part = labels["part"]
        labels["part"] = np.where(part >= 0, mirrored[part], part)
    points = _jittered(points, config, rng)
    kept = _kept(len(points), config, rng)
    points, labels = points[kept], {name: values[kept] for name, values in labels.items()}
    points, source = _split(_pen(points, config, rng), config, rng)
    points = points + rng.standard_normal(points.shape, np.float32) * np.float32(config.noise)
    varied = {"points": torch.from_numpy(np.ascontiguousarray(points * half, np.float32))}
    return varied | {name: torch.from_numpy(values[source]) for name, values in labels.items()}


def _normalised(points: Points) -> tuple[Points, np.float32]:
    """Return points whose longer side runs from -1 to 1, and half of that side as it was."""
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    half = np.float32(max(float((high - low).max()) / 2, 1e-3))
    return (points - (low + high) / 2) / half, half


def _bent(points: Points, config: AugmentationConfig, rng: np.random.Generator) -> tuple[Points, bool]:
    """Turn, stretch, slant, mirror and bend the whole sketch."""
    turn, slant = rng.standard_normal(2) * (config.rotate, config.shear)
    width, height = 1 + rng.uniform(-1, 1, 2) * config.scale
    flipped = bool(rng.random() < config.flip)
    turned = np.array([[np.cos(turn), -np.sin(turn) + slant], [np.sin(turn), np.cos(turn)]])
    points = points @ (turned * (-width if flipped else width, height)).T.astype(np.float32)
    if config.warp:
        waves, phase = rng.uniform(0.5, 0.5 + MOST_WAVES, (2, 2)), rng.uniform(0, 2 * np.pi, 2)
        height_of_wave = rng.standard_normal(2) * config.warp
        points = points + (height_of_wave * np.sin(points @ waves.T + phase)).astype(np.float32)
    return points, flipped


def _jittered(points: Points, config: AugmentationConfig, rng: np.random.Generator) -> Points:
    """Turn, stretch and move each stroke on its own."""
    count = len(points)
    turn = rng.standard_normal(count) * config.stroke_rotate
    sides = 1 + rng.standard_normal((count, 1, 2)) * config.stroke_scale
    moved = rng.standard_normal((count, 1, 2)) * config.shift
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.stack([np.stack([cos, sin], 1), np.stack([-sin, cos], 1)], 1)  # applied from the right
    middle = points.mean(axis=1, keepdims=True)
    found: Points = ((((points - middle) * sides) @ turned) + middle + moved).astype(np.float32)
    return found


def _kept(count: int, config: AugmentationConfig, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the numbers of the strokes that stay, at least one."""
    dropping, chance = rng.random() < DROPPING, rng.random(count)
    if not (config.drop and dropping and count >= FEWEST):
        return np.arange(count)
    kept = np.flatnonzero(chance >= config.drop)
    return kept if len(kept) else np.array([chance.argmax()])


def _pen(points: Points, config: AugmentationConfig, rng: np.random.Generator) -> Points:
    """Cut the ends off strokes, gather their points, turn their direction."""
    count, along = len(points), np.linspace(0, 1, points.shape[1])
    cut = rng.uniform(0, 1, (count, 2)) * config.trim * (rng.random((count, 1)) < 0.5)
    gathered = rng.uniform(-1, 1, count) * (rng.random(count) < config.density)
    backwards = rng.random(count) < config.reverse
    at = along + gathered[:, None] * along * (1 - along)
    at = cut[:, :1] + at * (1 - cut.sum(axis=1, keepdims=True))
    points = _between(points, at)
    points[backwards] = points[backwards][:, ::-1]
    return points


def _split(points: Points, config: AugmentationConfig, rng: np.random.Generator) -> tuple[Points, NDArray[np.int64]]:
    """Cut strokes in two.  Returns the strokes, and which one each was."""
    count = len(points)
    torn, where = rng.random(count) < config.split, rng.uniform(SHORTEST_CUT, 1 - SHORTEST_CUT, count)
    source = np.repeat(np.arange(count), 1 + torn)
    if not torn.any():
        return points, source
    second = np.concatenate([[False], source[1:] == source[:-1]])
    first = np.concatenate([source[1:] == source[:-1], [False]])
    start = np.where(second, where[source], 0)[:, None]
    stop = np.where(first, where[source], 1)[:, None]
    at = start + (stop - start) * np.linspace(0, 1, points.shape[1])
    return _between(points[source], at), source


def _between(points: Points, at: NDArray[np.float64]) -> Points:
    """Return strokes at other places along them.  at: (N, P) 0..1 of the way from the first point to the last."""
    last = points.shape[1] - 1
    place = np.clip(at, 0, 1) * last
    before = np.minimum(place.astype(np.int64), last - 1)
    share = (place - before)[..., None].astype(np.float32)
    rows = np.arange(len(points))[:, None]
    found: Points = points[rows, before] * (1 - share) + points[rows, before + 1] * share
    return found
