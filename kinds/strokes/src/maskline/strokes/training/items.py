"""Samples as tensors: strokes of so many points each, and what is known of each stroke.

N: strokes of a sketch   P: points of a stroke
points (N, P, 2) float32   object (N,) its object's number, -1 for none   category (N,) place of that object's class in
the table part (N,) place of its part's class, -1 where nobody says   instance (N,) number of the part's instance in
the sketch, -1 where nobody told instances apart
"""

import numpy as np
import torch
from torch import Tensor

from maskline.contract.shard import Sample
from maskline.strokes.classes import Classes, part_name
from maskline.strokes.networks.sampling import sampled
from maskline.strokes.sketch import of_sample
from maskline.strokes.spec import StrokeSpec

NONE = -1
LABELS = ("object", "category", "part", "instance")


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
