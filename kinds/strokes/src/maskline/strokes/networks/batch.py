"""Sketches of any number of strokes as one tensor of strokes: nothing is padded until strokes meet each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

SMALLEST = 1e-3
"""Half of the longer side that a single dot is given."""


@dataclass(frozen=True, slots=True)
class Strokes:
    """The strokes of B sketches.

    points: (S, P, 2) x, y.  sketch: (S,) which sketch a stroke belongs to, ascending.  place: (S,) its number there,
    from 0. counts: (B,) strokes of each sketch, at least 1.
    """

    points: Tensor
    sketch: Tensor
    place: Tensor
    counts: Tensor

    @classmethod
    def of(cls, sketches: Sequence[Tensor]) -> "Strokes":
        """Return sketches, each (N, P, 2), as one batch."""
        counts = torch.tensor([len(one) for one in sketches])
        return cls.numbered(torch.cat(list(sketches)), counts.to(sketches[0].device))

    @classmethod
    def numbered(cls, points: Tensor, counts: Tensor) -> "Strokes":
        """Return a batch whose sketches follow one another in `points`."""
        sketch = torch.repeat_interleave(torch.arange(len(counts), device=points.device), counts)
        place = torch.arange(len(points), device=points.device) - (counts.cumsum(0) - counts)[sketch]
        return cls(points, sketch, place, counts)

    @property
    def longest(self) -> int:
        """N: how many strokes the longest sketch has."""
        return int(self.counts.max())

    def normalised(self) -> "Strokes":
        """Return every sketch moved and scaled so that its longer side runs from -1 to 1, its middle at 0."""
        low, high = (self._over(self.points.amin(1), "amin"), self._over(self.points.amax(1), "amax"))
        middle, half = (low + high) / 2, ((high - low).amax(1) / 2).clamp(min=SMALLEST)
        moved = (self.points - middle[self.sketch][:, None]) / half[self.sketch][:, None, None]
        return replace(self, points=moved)

    def _over(self, values: Tensor, reduce: str) -> Tensor:
        """Reduce (S, 2) to (B, 2)."""
        start = values.new_zeros(len(self.counts), 2)
        index = self.sketch[:, None].expand(-1, 2)
        return start.scatter_reduce(0, index, values, reduce, include_self=False)

    def padded(self, values: Tensor, before: int = 0) -> Tensor:
        """Return (S, ...) as (B, before + N, ...).

        It is zero where a sketch has no more strokes, and in the first `before` places.
        """
        shape = (len(self.counts), before + self.longest, *values.shape[1:])
        return values.new_zeros(shape).index_put((self.sketch, self.place + before), values)
