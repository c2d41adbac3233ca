"""The network: strokes in; objects, their categories, parts and instances out.

The same weights read scenes and single objects.
A sketch is read twice. First as a scene: which strokes belong to one object. Then object by object, each moved to the
same size: what it is, which part each stroke is, and which strokes of a part are one instance. What an object is may
be told.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskline.strokes.classes import Classes, object_of
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.raster import RasterEncoder
from maskline.strokes.networks.relations import FEATURES, relations
from maskline.strokes.networks.sequence import SequenceEncoder
from maskline.strokes.networks.transformer import Layer
from maskline.strokes.spec import StrokeSpec

PLACES = 64
"""Strokes later than that are all late."""
HIDDEN = 32
"""Channels of what relations become before they are a bias, and of the vectors that pairs are told by."""
NOT_THERE = -1e4
UNTOLD = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of sketches; all of it logits.

    categories: (B, C).  parts: (S, K), of all objects' parts.  same: (B, N, N, 2), symmetric, that two strokes belong
    to the same object, and to the same instance of a part.
    """

    categories: Tensor
    parts: Tensor
    same: Tensor


class SketchNetwork(nn.Module):
    """Strokes as tokens of a transformer, beside one token for the sketch."""

    allowed: Tensor
    """(C, K): which parts which object has."""

    def __init__(self, spec: StrokeSpec, dropout: float = 0.0) -> None:
        super().__init__()
        classes, width = Classes(spec.categories), spec.width
        things, parts = classes.objects, classes.parts
        self.spec = spec
        encoders = {"relational": SequenceEncoder, "raster": RasterEncoder}
        self.encoder: nn.Module = encoders[spec.architecture](width)
        self.placed, self.counted = nn.Embedding(PLACES, width), nn.Embedding(PLACES, width)
        self.told = nn.Embedding(len(things) + 2, width)  # untold, each object, a scene
        self.entry, self.exit = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(width, spec.heads, spec.feed_forward, dropout) for _ in range(spec.layers))
        self.related = nn.Linear(FEATURES, HIDDEN)
        self.biases = nn.Linear(HIDDEN, spec.layers * spec.heads) if spec.relations else None
        self.categories, self.parts = nn.Linear(width, len(things)), nn.Linear(width, len(parts))
        self.pairs, self.joined, self.crowded = nn.Linear(width, 2 * HIDDEN), nn.Linear(HIDDEN, 2), nn.Linear(width, 2)
        allowed = torch.tensor([[object_of(part) == thing for part in parts] for thing in things])
        self.register_buffer("allowed", allowed, persistent=False)

    @property
    def scene(self) -> int:
        """What `told` says of a sketch of several objects."""
        return len(self.allowed) + 1

    def read(self, strokes: Strokes, told: Tensor) -> Reading:
        """Read sketches.

        strokes: normalised.  told: (B,) 0 where nobody said what it is, 1 + the object's place in the table where
        somebody did, `scene` for a sketch of several objects.
        """
        sketch = self.told(told) + self.counted(strokes.counts.clamp(max=PLACES - 1))
        tokens = self.encoder(strokes) + self.placed(strokes.place.clamp(max=PLACES - 1))
        tokens = self.entry(self.dropout(tokens))
        padded = strokes.padded(tokens, before=1)
        padded[:, 0] = sketch.to(padded.dtype)
        lie = functional.gelu(self.related(relations(strokes)))
        biases = self._biases(lie, strokes)
        for number, layer in enumerate(self.layers):
            padded = layer(padded, biases[:, number])
        padded = self.exit(padded)
        mine = padded[strokes.sketch, strokes.place + 1]
        return Reading(self.categories(padded[:, 0]).float(), self.parts(mine).float(), self._same(padded, lie))

    def _biases(self, lie: Tensor, strokes: Strokes) -> Tensor:
        """Return (B, layers, heads or 1, 1 + N, 1 + N): what attention hears of pairs, and who is not there."""
        sketches, most = lie.shape[:2]
        layers, heads = self.spec.layers, self.spec.heads if self.biases is not None else 1
        biases = lie.new_zeros(sketches, layers * heads, most + 1, most + 1)
        if self.biases is not None:
            biases[:, :, 1:, 1:] = self.biases(lie).permute(0, 3, 1, 2)
        absent = torch.arange(most + 1, device=lie.device)[None] > strokes.counts[:, None]
        masked = biases.masked_fill(absent[:, None, None], NOT_THERE)
        return masked.reshape(sketches, layers, heads, most + 1, most + 1)

    def _same(self, tokens: Tensor, lie: Tensor) -> Tensor:
        """Return (B, N, N, 2): by how alike two strokes' vectors are, how they lie to each other, and the sketch."""
        sketch, tokens = tokens[:, 0], tokens[:, 1:]
        vectors = self.pairs(tokens).reshape(*tokens.shape[:2], 2, HIDDEN)
        alike = torch.einsum("bikh,bjkh->bijk", vectors, vectors) / HIDDEN**0.5
        told = self.joined(lie)
        same: Tensor = alike + told + told.transpose(1, 2) + self.crowded(sketch)[:, None, None]
        return same.float()
