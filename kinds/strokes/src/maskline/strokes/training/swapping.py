"""Parts of one drawing in the place of the same parts of another, of the same kind of object: a car with other wheels.

B: objects   S: strokes   K: parts' classes
"""

from dataclasses import replace

import torch
from torch import Tensor

from maskline.strokes.networks.batch import Strokes
from maskline.strokes.training.items import NONE
from maskline.strokes.training.objects import Objects

THIN = 0.1
"""Added to sides, so that a line is not stretched to an area."""
MOST = 2.0
"""A part becomes at most so many times as large or small."""
FAR = 1e6
GUEST = 1 << 20
"""More than there are strokes: added to the number of an instance that comes from another drawing."""


def swapped(objects: Objects, share: float, parts: int) -> Objects:
    """Return a batch some of whose parts are those of another object of the batch and of the same category.

    share: of the parts that both have.  parts: K.
    """
    partner = _partners(objects.category)
    strokes, part, device = objects.strokes, objects.part, objects.part.device
    low, high, first = _places(objects, parts)
    chosen = (first < FAR) & (first[partner] < FAR) & (torch.rand(first.shape, device=device) < share)
    chosen &= (partner != torch.arange(len(partner), device=device))[:, None]
    stays = torch.nonzero(~_chosen(chosen, strokes.sketch, part))[:, 0]

    # Every stroke of each object's partner, as a guest of that object; then those of them that come.
    host = torch.repeat_interleave(torch.arange(len(partner), device=device), strokes.counts[partner])
    starts = strokes.counts.cumsum(0) - strokes.counts
    guests = Strokes.numbered(strokes.points, strokes.counts[partner]).place + starts[partner[host]]
    comes = _chosen(chosen, host, part[guests])
    host, guests = host[comes], guests[comes]
    theirs, kind = partner[host], part[guests]
    scale = ((high - low)[host, kind] + THIN) / ((high - low)[theirs, kind] + THIN)
    middle = (low + high) / 2
    inner = strokes.points[guests] - middle[theirs, kind][:, None]
    points = inner * scale.clamp(1 / MOST, MOST)[:, None] + middle[host, kind][:, None]
    instance = objects.instance[guests]
    instance = torch.where(instance == NONE, NONE, instance + GUEST)

    owner = torch.cat([strokes.sketch[stays], host])
    place = torch.cat([strokes.place[stays].double(), first[host, kind] + strokes.place[guests] / GUEST])
    order = (owner * FAR + place).argsort()
    counts = torch.bincount(owner, minlength=len(partner))
    return replace(
        objects,
        strokes=Strokes.numbered(torch.cat([strokes.points[stays], points])[order], counts).normalised(),
        part=torch.cat([part[stays], kind])[order],
        instance=torch.cat([objects.instance[stays], instance])[order],
    )


def _chosen(chosen: Tensor, host: Tensor, part: Tensor) -> Tensor:
    """Tell which strokes, (S,), are of a part that their host exchanges.  chosen: (B, K)."""
    return (part != NONE) & chosen[host, part.clamp(min=0)]


def _partners(category: Tensor) -> Tensor:
    """Return for each object, (B,), another of its category; itself where there is none."""
    order = torch.randperm(len(category), device=category.device)
    order = order[category[order].argsort(stable=True)]
    same = category[order]
    first = torch.cat([same.new_ones(1, dtype=torch.bool), same[1:] != same[:-1]])
    last = first.roll(-1)
    starts = torch.nonzero(first)[:, 0][first.cumsum(0) - 1]
    follower = torch.where(last, starts, torch.arange(len(order), device=order.device) + 1)
    partner = torch.empty_like(order)
    partner[order] = order[follower]
    return partner


def _places(objects: Objects, parts: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the box of each part, (B, K, 2) low and high, and the place of its first stroke, (B, K), FAR for none."""
    strokes = objects.strokes
    mine = torch.nonzero(objects.part != NONE)[:, 0]
    cell = strokes.sketch[mine] * parts + objects.part[mine]
    points = strokes.points[mine]
    shape = (len(strokes.counts), parts)
    corner = points.new_zeros(len(strokes.counts) * parts, 2)
    low, high = (
        corner.scatter_reduce(0, cell[:, None].expand(-1, 2), edge, how, include_self=False).reshape(*shape, 2)
        for edge, how in ((points.amin(1), "amin"), (points.amax(1), "amax"))
    )
    nowhere = torch.full((len(corner),), FAR, dtype=torch.double, device=points.device)
    first = nowhere.scatter_reduce(0, cell, strokes.place[mine].double(), "amin").reshape(shape)
    return low, high, first
