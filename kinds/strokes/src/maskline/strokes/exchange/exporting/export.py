"""Export as one call: every sketch of a dataset goes to the layout's writer, and what it could not tell is noted."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset
from maskline.strokes.exchange.config import StrokeExport
from maskline.strokes.exchange.exporting.drawings import CvatFiles, InstanceSketchFiles, QuickDrawFiles, SvgFiles
from maskline.strokes.exchange.exporting.pictures import CocoFiles, YoloFiles
from maskline.strokes.exchange.exporting.writer import Given, Writer
from maskline.strokes.sketch import Sketch, of_sample

WRITERS: dict[str, Callable[[Given], Writer]] = {
    "instancesketch": InstanceSketchFiles,
    "cvat": CvatFiles,
    "quickdraw": QuickDrawFiles,
    "svg": SvgFiles,
    "coco": CocoFiles,
    "yolo": YoloFiles,
}


def export(dataset: Dataset, folder: Path, config: StrokeExport) -> list[str]:
    """Write a dataset into an empty folder; sketches are held in memory a shard at a time, a few layouts a split.

    Returns what the layout cannot hold, one line each.  Raises InvalidInput for options of another layout.
    """
    if config.simplified and config.layout != "quickdraw":
        raise InvalidInput(f"simplified drawings are a matter of --layout quickdraw, not of {config.layout}")
    writer = WRITERS[config.layout](Given(folder, config, dataset.artifact.manifest.categories))
    for split in dataset.splits:
        for image, sketch in _sketches(dataset, split):
            writer.add(split, image, sketch)
        writer.finish(split)
    writer.close()
    return writer.lost.lines()


def _sketches(dataset: Dataset, split: str) -> Iterator[tuple[dict[str, Any], Sketch]]:
    table = dataset.artifact.manifest.categories
    for shard in dataset.shards(split):
        for sample in dataset.samples(shard):
            yield sample.image, of_sample(sample, table)
