"""How the strokes of a sketch lie to each other, as numbers between -1 and about 1.

What touches what, what lies inside what, which is larger, and which was drawn first: a transformer over strokes alone
would have to find that out from two tokens.
"""

import torch
from torch import Tensor

from maskline.strokes.networks.batch import Strokes

FEATURES = 17
STEP = 4
"""Every fourth point of a stroke stands for it, and the last one."""
NEAR, FAR, ALL = 8.0, 2.0, 3.0
"""How fast nearness fades with distance, for a sketch whose longer side is 2."""
THIN = 0.02
"""Added to sides, so that a straight stroke has an area."""


def relations(strokes: Strokes) -> Tensor:
    """Return (B, N, N, FEATURES): of stroke i, in the second axis, to stroke j.

    strokes: normalised.  Rows of strokes that are not there mean nothing.
    """
    some = torch.cat([strokes.points[:, ::STEP], strokes.points[:, -1:]], 1)
    points = strokes.padded(some)
    sketches, most, count, _ = points.shape
    flat = points.reshape(sketches, most * count, 2)
    distance = torch.cdist(flat, flat).reshape(sketches, most, count, most, count)
    near = distance.amin(4)  # of each point of i to stroke j
    start, end = near[:, :, 0], near[:, :, -1]
    low, high = strokes.padded(strokes.points.amin(1)), strokes.padded(strokes.points.amax(1))
    middle, sides = (low + high) / 2, high - low
    apart = middle[:, :, None] - middle[:, None]
    log_size = torch.log(sides.amax(-1) + THIN)
    common = (torch.minimum(high[:, :, None], high[:, None]) - torch.maximum(low[:, :, None], low[:, None])).clamp(
        min=0
    )
    shared, area = common.prod(-1), (sides + THIN).prod(-1)
    order = torch.arange(most, device=points.device, dtype=points.dtype)
    later = (order[:, None] - order[None]).expand(sketches, most, most)
    features = [
        torch.exp(-NEAR * near.amin(2)),
        torch.exp(-FAR * near.amin(2)),
        torch.exp(-ALL * near.mean(2)),
        torch.exp(-NEAR * start),
        torch.exp(-NEAR * end),
        torch.exp(-NEAR * start.transpose(1, 2)),
        torch.exp(-NEAR * end.transpose(1, 2)),
        apart[..., 0],
        apart[..., 1],
        apart[..., 0].abs(),
        log_size[:, :, None] - log_size[:, None],
        shared / area[:, :, None],
        shared / area[:, None],
        sides[:, :, None, 0] - sides[:, None, :, 0],
        sides[:, :, None, 1] - sides[:, None, :, 1],
        later.clamp(-3, 3) / 3,
        torch.exp(-later.abs()),
    ]
    return torch.stack(features, -1)
