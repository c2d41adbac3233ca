"""A checkpoint that reads sketches.  Importing it loads torch."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import torch

from maskline.contract.artifact import Artifact
from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Found, Listed, Predictor, Unreadable
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample
from maskline.contract.store import Store
from maskline.strokes.classes import Classes
from maskline.strokes.formats.svg.writing import write
from maskline.strokes.networks.network import SketchNetwork
from maskline.strokes.networks.weights import load_network
from maskline.strokes.painting import colours_of, paint
from maskline.strokes.prediction.config import StrokePrediction
from maskline.strokes.prediction.detections import detected
from maskline.strokes.prediction.listing import read_listed
from maskline.strokes.prediction.reading import Told
from maskline.strokes.prediction.results import as_found, given_parts, results_of, whole
from maskline.strokes.sketch import Sketch, of_sample

MOST_THREADS = 8


class StrokePredictor(Predictor):
    """A network on its device; sketches go through it batch by batch."""

    def __init__(self, checkpoint: Artifact, config: StrokePrediction) -> None:
        """Load the checkpoint.

        Raises Corrupt or CategoryMismatch if its files do not belong together, InvalidInput if there is no such device.
        """
        self._config, self._categories = config, checkpoint.manifest.categories
        self._classes = Classes(self._categories)
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

    def of_listed(self, listed: Sequence[Listed], place: Store) -> Iterator[Found | Unreadable]:
        """Predict somebody's sketches and paint the first ones."""
        waiting = read_listed(listed, place)
        while batch := list(islice(waiting, self._config.batch_size)):
            found = iter(self.results([one[1] for one in batch if not isinstance(one, Unreadable)]))
            for one in batch:
                yield one if isinstance(one, Unreadable) else self._found(*one, next(found))

    def _found(self, listed: Listed, sketch: Sketch, results: list[dict[str, Any]]) -> Found:
        lengths = [round(stroke.length, 3) for stroke in sketch.strokes]
        record = {"id": listed.id, "file_name": sketch.name, "strokes": len(sketch.strokes), "lengths": lengths}
        files: dict[str, bytes] = {}
        if listed.id <= self._config.overlays:
            colours = {category.name: category.colour for category in self._categories.categories}
            painted = as_found(sketch, results, self._classes)
            pixels = paint(
                painted, colours_of(painted, colours), self._config.longer_side_px, self._config.stroke_width_px
            )
            files = {
                f"overlays/{sketch.name}.png": encode_png(pixels),
                f"svg/{sketch.name}.svg": write(painted, colours),
            }
        return Found(record, results, [listed.remark] if listed.remark else [], files=files)

    def _told(self, sketches: Sequence[Sketch]) -> list[list[Told]] | None:
        """Return what is known of the objects of sketches before they are read; nothing if they are to be found."""
        config = self._config
        if config.detections:
            return [detected(sketch, config.detections, self._classes, config.longer_side_px) for sketch in sketches]
        return [whole(sketch) for sketch in sketches] if config.objects == "one" else None

    def results(self, sketches: Sequence[Sketch]) -> list[list[dict[str, Any]]]:
        """Return results without `image_id` of each sketch, as sure as they must be."""
        found = results_of(self._network, sketches, self._told(sketches))
        return [_sure(results, self._config.score_threshold, self._classes) for results in found]


def _sure(results: list[dict[str, Any]], least: float, classes: Classes) -> list[dict[str, Any]]:
    """Leave out what is less sure, and the parts of objects that are."""
    unsure = {one["object"] for one in results if one["score"] < least and not classes.is_part(one)}
    return [one for one in results if one["score"] >= least and one["object"] not in unsure]


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
