"""What one training process learns with: a network, and sketches as it sees them."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from maskline.contract.kind.training import Draw, Item, Learner, Pool
from maskline.contract.shard import Sample
from maskline.strokes.classes import Classes
from maskline.strokes.evaluation.figures import figures
from maskline.strokes.networks import weights
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.prediction.results import results_of, whole
from maskline.strokes.sketch import Sketch, Stroke, encode, of_sample
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.augment import augmented
from maskline.strokes.training.config import StrokeTraining
from maskline.strokes.training.items import NONE, Drawings, item_of, with_luck
from maskline.strokes.training.network import LearningNetwork

VARYING = 20
"""A use of randomness, by number."""
SCORES = (
    "stroke_accuracy",
    "macro_f1",
    "component_accuracy",
    "category_accuracy",
    "side_accuracy",
    "strokes_in_right_object",
)


class StrokeLearner(Learner):
    """A network for sketches that learns."""

    headline = "stroke_accuracy"

    def __init__(self, spec: StrokeSpec, config: StrokeTraining) -> None:
        self._spec, self._config = spec, config

    @cached_property
    def network(self) -> LearningNetwork:
        """Build the network; who only looks at items does without it."""
        return LearningNetwork(self._spec, self._config)

    def start(self, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
        """Load a checkpoint's weights."""
        weights.load(self.network, path.read_bytes(), "starting weights")
        count = len(self.network.state_dict())
        return {"matched": count, "of": count}, {}

    def item(self, sample: Sample) -> dict[str, Tensor]:
        """Decode a sketch."""
        return item_of(sample, self._spec)

    def varied(self, item: Item, draw: Draw, pool: Pool) -> dict[str, Tensor]:
        """Give a sketch the luck that it is varied by."""
        del pool
        return with_luck(item, draw(VARYING))

    def results(self, network: SketchNetwork, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Read a few sketches; where all of them are of one object each, they are known to be."""
        training = network.training
        network.eval()
        sketches = [of_sample(sample, self._spec.categories) for sample in samples]
        found = results_of(network, sketches, None if self._config.scenes else [whole(sketch) for sketch in sketches])
        network.train(training)
        return [
            result | {"image_id": sample.image["id"]}
            for sample, results in zip(samples, found, strict=True)
            for result in results
        ]

    def scores(self, samples: Sequence[Sample], results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
        """Compare strokes with their labels."""
        truth = {
            "images": [sample.image for sample in samples],
            "annotations": [annotation for sample in samples for annotation in sample.annotations],
            "categories": self._spec.categories.coco(),
        }
        found = figures(truth, results)
        return {name: found.get(name) for name in SCORES}

    def weights(self, network: SketchNetwork) -> bytes:
        """Return every parameter."""
        return weights.to_bytes(network)

    def shown(self, sample: Sample, item: Item) -> Sample:
        """Return what the network sees as a sample: its strokes as so many points, each with its label."""
        classes, ids = Classes(self._spec.categories), Classes(self._spec.categories).id
        seen = augmented(Drawings.of([item]), self._config.augmentation, self.network.mirror)
        strokes = tuple(Stroke(points.astype(np.float64)) for points in seen.points.numpy())
        labels: list[dict[str, Any]] = []
        for name, names in (("category", classes.objects), ("part", classes.parts)):
            numbers: list[int] = getattr(seen, name).tolist()
            for number in sorted(set(numbers) - {NONE}):
                mine = [at for at, one in enumerate(numbers) if one == number]
                for thing in sorted({int(seen.object[at]) for at in mine}):
                    own = [at for at in mine if int(seen.object[at]) == thing]
                    known = {"id": len(labels) + 1, "image_id": sample.image["id"], "category_id": ids[names[number]]}
                    labels.append(known | {"strokes": own, "object": thing + 1, "iscrowd": int(name == "part")})
        sketch = Sketch(sample.stem, strokes)
        record = sample.image | {"strokes": len(strokes), "lengths": [stroke.length for stroke in sketch.strokes]}
        return Sample(sample.stem, {"json": encode(strokes)}, record, labels)
