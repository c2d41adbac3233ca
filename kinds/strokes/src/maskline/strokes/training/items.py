"""Samples as tensors: strokes of so many points each, and what is known of each stroke.

N: strokes of a sketch   P: points of a stroke   S: strokes of all sketches of a batch, one after another   B: sketches
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from maskline.contract.kind.training import Item
from maskline.contract.shard import Sample
from maskline.strokes.classes import Classes, part_name
from maskline.strokes.networks.sampling import sampled
from maskline.strokes.sketch import of_sample
from maskline.strokes.spec import StrokeSpec

NONE = -1
LABELS = ("object", "category", "part", "instance")
SKETCH_LUCK, STROKE_LUCK = 26, 12
"""Random numbers, 0..1, that each sketch and each stroke brings, besides two for each point."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """A batch of items.

    points: (S, P, 2).  sketch: (S,) which one a stroke belongs to, ascending.  object: (S,) its object's number there,
    NONE for none.  category: (S,) place of that object's class in the table.  part: (S,) place of its part's class,
    NONE where nobody says.  instance: (S,) number of the part's instance in the sketch, NONE where nobody told them
    apart. luck: (B, SKETCH_LUCK).  stroke_luck: (S, STROKE_LUCK + 2 P).
    """

    points: Tensor
    sketch: Tensor
    object: Tensor
    category: Tensor
    part: Tensor
    instance: Tensor
    luck: Tensor
    stroke_luck: Tensor

    @classmethod
    def of(cls, items: Sequence[Item]) -> "Drawings":
        """Put items together that have brought their luck."""
        counts = torch.tensor([len(item["object"]) for item in items])
        sketch = torch.repeat_interleave(torch.arange(len(items)), counts).to(items[0]["points"].device)
        joined = {name: torch.cat([item[name] for item in items]) for name in ("points", "stroke_luck", *LABELS)}
        return cls(sketch=sketch, luck=torch.stack([item["luck"] for item in items]), **joined)

    def taken(self, strokes: Tensor, points: Tensor | None = None) -> "Drawings":
        """Return some of the strokes, by number; one may come twice.  points: theirs, if they are others."""
        kept = {field.name: getattr(self, field.name)[strokes] for field in fields(self) if field.name != "luck"}
        return Drawings(luck=self.luck, **(kept if points is None else kept | {"points": points}))


def item_of(sample: Sample, spec: StrokeSpec) -> dict[str, Tensor]:
    """Decode a sample.  Raises Corrupt if its file does not hold strokes."""
    classes, sketch = Classes(spec.categories), of_sample(sample, spec.categories)
    labels = {name: np.full(len(sketch.strokes), NONE, np.int64) for name in LABELS}
    instances = 0
    for number, thing in enumerate(sketch.things):
        mine = list(thing.strokes)
        labels["object"][mine], labels["category"][mine] = number, classes.objects.index(thing.category)
        for part in thing.parts:
            labels["part"][list(part.strokes)] = classes.parts.index(part_name(thing.category, part.name))
            if not part.crowd:
                labels["instance"][list(part.strokes)] = instances
                instances += 1
    points = torch.from_numpy(sampled(sketch.strokes, spec.points))
    return {"points": points} | {name: torch.from_numpy(values) for name, values in labels.items()}


def with_luck(item: Item, rng: np.random.Generator) -> dict[str, Tensor]:
    """Return an item with all the random numbers that varying it will take.

    The varying itself is done for a whole batch at once: sketch by sketch, a thread that prepares batches holds up the
    one that learns, for both share an interpreter.
    """
    strokes, points = item["points"].shape[:2]
    luck = rng.random(SKETCH_LUCK, np.float32), rng.random((strokes, STROKE_LUCK + 2 * points), np.float32)
    return {**item, "luck": torch.from_numpy(luck[0]), "stroke_luck": torch.from_numpy(luck[1])}
