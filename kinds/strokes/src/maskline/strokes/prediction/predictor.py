"""A checkpoint that reads sketches.  Importing it loads torch."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import torch

from maskline.contract.artifact import Artifact
from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Found, Predictor, Unreadable
from maskline.contract.shard import Sample
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.networks.weights import load_network
from maskline.strokes.prediction.config import StrokePrediction
from maskline.strokes.prediction.results import given_parts, results_of
from maskline.strokes.sketch import Sketch, of_sample

MOST_THREADS = 8


class StrokePredictor(Predictor):
    """A network on its device; sketches go through it batch by batch."""

    def __init__(self, checkpoint: Artifact, config: StrokePrediction) -> None:
        """Load the checkpoint.

        Raises Corrupt or CategoryMismatch if its files do not belong together, InvalidInput if there is no such device.
        """
        self._config, self._categories = config, checkpoint.manifest.categories
        self._network = network_of(checkpoint, config)

    def of_samples(self, samples: Iterable[Sample]) -> Iterator[Found | Unreadable]:
        """Predict a dataset's sketches; of those with labels also what the network says when their objects are told."""
        waiting = iter(samples)
        while batch := list(islice(waiting, self._config.batch_size)):
            sketches = [of_sample(sample, self._categories) for sample in batch]
            given = given_parts(self._network, sketches)
            for sample, results, parts in zip(batch, self.results(sketches), given, strict=True):
                record = {field: sample.image[field] for field in ("id", "file_name", "strokes", "lengths")}
                yield Found(record | ({"given": parts} if sample.annotations else {}), results)

    def results(self, sketches: Sequence[Sketch]) -> list[list[dict[str, Any]]]:
        """Return results without `image_id` of each sketch, as sure as they must be."""
        found = results_of(self._network, sketches, one_object=self._config.objects == "one")
        least = self._config.score_threshold
        return [[result for result in results if result["score"] >= least] for results in found]


def network_of(checkpoint: Artifact, config: StrokePrediction) -> SketchNetwork:
    """Load a checkpoint onto the device that `config` asks for, and give torch its threads."""
    if config.device == "cuda" and not torch.cuda.is_available():
        raise InvalidInput(
            "predict: device = 'cuda': this machine has no GPU that torch can use; 'auto' takes what there is"
        )
    told = config.threads or int(os.environ.get("OMP_NUM_THREADS", "0"))
    torch.set_num_threads(told or min(MOST_THREADS, cores()))
    device = "cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu"
    return load_network(checkpoint).to(device)
