"""Sketches as another hand might have drawn them, a whole batch at once.

S: strokes   B: sketches   P: points of a stroke.  The random numbers come with the batch: the same items give the same
sketches.
"""

import math
from dataclasses import replace

import torch
from torch import Tensor

from maskline.strokes.networks.batch import Strokes
from maskline.strokes.training.config import AugmentationConfig
from maskline.strokes.training.items import NONE, STROKE_LUCK, Drawings

MOST_WAVES = 3.0
DROPPING = 1 / 3
"""Share of sketches that lose strokes at all."""
FEWEST = 3
"""Sketches of fewer strokes lose none."""
SHORTEST_CUT = 0.25


def augmented(drawings: Drawings, config: AugmentationConfig, mirror: Tensor) -> Drawings:
    """Return a batch varied, every sketch moved so that its longer side runs from about -1 to 1.

    mirror: (K,) what each part's class is in a mirrored sketch.
    """
    counts = torch.bincount(drawings.sketch, minlength=len(drawings.luck))
    points = Strokes.numbered(drawings.points, counts).normalised().points
    drawings = _bent(replace(drawings, points=points), config, mirror)
    drawings = _pen(_jittered(drawings, config), config)
    drawings = _split(drawings.taken(_kept(drawings, config)), config)
    noise = _normal(drawings.stroke_luck[:, STROKE_LUCK:]).reshape(drawings.points.shape)
    return replace(drawings, points=drawings.points + config.noise * noise)


def _normal(luck: Tensor) -> Tensor:
    """Return numbers of a normal distribution for numbers between 0 and 1."""
    return math.sqrt(2) * torch.erfinv((2 * luck - 1).clamp(-0.99999, 0.99999))


def _turned(points: Tensor, turn: Tensor, slant: Tensor | float = 0.0) -> Tensor:
    """Turn strokes, (S, P, 2), each by its angle in radians, and slant them."""
    cos, sin = turn.cos(), turn.sin()
    x, y = points.unbind(2)
    slanted = slant - sin
    return torch.stack([x * cos[:, None] + y * slanted[:, None], x * sin[:, None] + y * cos[:, None]], 2)


def _bent(drawings: Drawings, config: AugmentationConfig, mirror: Tensor) -> Drawings:
    """Stretch, mirror, turn, slant and bend whole sketches."""
    luck = drawings.luck[drawings.sketch]
    turn, slant = (_normal(luck[:, :2]) * luck.new_tensor([config.rotate, config.shear])).unbind(1)
    flipped = luck[:, 2] < config.flip
    sides = 1 + (2 * luck[:, 3:5] - 1) * config.scale
    sides = torch.stack([torch.where(flipped, -sides[:, 0], sides[:, 0]), sides[:, 1]], 1)
    points = _turned(drawings.points * sides[:, None], turn, slant)
    if config.warp:
        waves = 0.5 + MOST_WAVES * luck[:, 5:9].reshape(-1, 2, 2)
        phase, height = 2 * math.pi * luck[:, 9:11], config.warp * _normal(luck[:, 11:13])
        points = points + height[:, None] * torch.sin(points @ waves.transpose(1, 2) + phase[:, None])
    turned = flipped & (drawings.part != NONE)
    part = torch.where(turned, mirror[drawings.part.clamp(min=0)], drawings.part)
    return replace(drawings, points=points, part=part)


def _jittered(drawings: Drawings, config: AugmentationConfig) -> Drawings:
    """Turn, stretch and move each stroke on its own."""
    luck = _normal(drawings.stroke_luck[:, :5])
    middle = drawings.points.mean(1, keepdim=True)
    inner = (drawings.points - middle) * (1 + config.stroke_scale * luck[:, None, 1:3])
    moved = middle + config.shift * luck[:, None, 3:5]
    return replace(drawings, points=_turned(inner, config.stroke_rotate * luck[:, 0]) + moved)


def _pen(drawings: Drawings, config: AugmentationConfig) -> Drawings:
    """Cut the ends off strokes, gather their points, turn their direction."""
    luck = drawings.stroke_luck[:, 5 : 5 + 5]
    along = torch.linspace(0, 1, drawings.points.shape[1], device=luck.device)
    gathered = torch.where(luck[:, 0] < config.density, 2 * luck[:, 1] - 1, 0.0)[:, None]
    at = along + gathered * along * (1 - along)
    start, stop = (
        config.trim * luck[:, 2:3] * (luck[:, 4:5] < 0.5),
        1 - config.trim * luck[:, 3:4] * (luck[:, 4:5] < 0.5),
    )
    at = start + at * (stop - start)
    backwards = drawings.stroke_luck[:, 10] < config.reverse
    at = torch.where(backwards[:, None], at.flip(1), at)
    return replace(drawings, points=_between(drawings.points, at))


def _kept(drawings: Drawings, config: AugmentationConfig) -> Tensor:
    """Return the numbers of the strokes that stay, of every sketch one at least."""
    counts = torch.bincount(drawings.sketch, minlength=len(drawings.luck))
    losing = (drawings.luck[:, 13] < DROPPING) & (counts >= FEWEST)
    chance = drawings.stroke_luck[:, 11]
    best = chance.new_zeros(len(counts)).scatter_reduce(0, drawings.sketch, chance, "amax", include_self=False)
    stays = (chance >= config.drop) | (chance == best[drawings.sketch])
    return torch.nonzero(stays | ~losing[drawings.sketch])[:, 0]


def _split(drawings: Drawings, config: AugmentationConfig) -> Drawings:
    """Cut strokes in two."""
    luck = drawings.stroke_luck
    torn = luck[:, 0] < config.split  # the turn of a torn stroke is no matter
    where = SHORTEST_CUT + (1 - 2 * SHORTEST_CUT) * luck[:, 9]
    source = torch.repeat_interleave(torch.arange(len(torn), device=torn.device), 1 + torn.long())
    again = source[1:] == source[:-1]
    none = again.new_zeros(1)
    second, first = torch.cat([none, again]), torch.cat([again, none])
    start = torch.where(second, where[source], 0.0)[:, None]
    stop = torch.where(first, where[source], 1.0)[:, None]
    along = torch.linspace(0, 1, drawings.points.shape[1], device=torn.device)
    points = _between(drawings.points[source], start + (stop - start) * along)
    return drawings.taken(source, points)


def _between(points: Tensor, at: Tensor) -> Tensor:
    """Return strokes at other places along them.  at: (S, P) 0..1 of the way from the first point to the last."""
    last = points.shape[1] - 1
    place = at.clamp(0, 1) * last
    before = place.long().clamp(max=last - 1)
    share = (place - before)[..., None]
    index = before[..., None].expand(-1, -1, 2)
    return points.gather(1, index) * (1 - share) + points.gather(1, index + 1) * share
