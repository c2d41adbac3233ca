"""Sketches as the predict stage sees them, without torch."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from maskline.contract.artifact import Artifact
from maskline.contract.kind.prediction import (
    Listed,
    Prediction,
    PredictionConfig,
    Predictor,
    Segmented,
    Selection,
    Unreadable,
)
from maskline.strokes.prediction.config import StrokePrediction


class StrokesPrediction(Prediction):
    """Objects, parts and instances in sketches, of datasets and of any format that can be imported."""

    modules = ("maskline.strokes",)
    libraries = ("numpy", "scipy", "torch")
    prediction_config = StrokePrediction
    sure = 0.0  # every stroke is a part of something

    def predictor(self, checkpoint: Artifact, config: PredictionConfig) -> Predictor:
        """Load torch, and the network onto the device that a `StrokePrediction` asks for."""
        from maskline.strokes.prediction.predictor import StrokePredictor

        return StrokePredictor(checkpoint, cast("StrokePrediction", config))

    def listed(self, uri: str) -> list[Listed]:
        """List and digest every file below `uri`, by name, sketch by sketch."""
        from maskline.strokes.prediction.listing import list_sketches

        return list_sketches(uri)

    def takes(self, path: Path) -> bool:
        """Tell a file of strokes by its name, and a folder by holding no other files."""
        from maskline.strokes.formats.finding import readable

        if not path.is_dir():
            return readable(path.name)
        files = [each for each in path.rglob("*") if each.is_file() and not each.name.startswith(".")]
        return bool(files) and all(readable(each.name) for each in files)

    def find(self, named: Sequence[Path], output: Path) -> Selection:
        """Find the sketches that are named and those in the folders that are named."""
        from maskline.strokes.prediction.direct.places import places

        return places(named, output)

    def segment(
        self, places: Sequence[Any], checkpoint: Artifact, config: PredictionConfig, output: Path
    ) -> Iterator[Segmented | Unreadable]:
        """Leave each sketch coloured by part as SVG and as InstanceSketch's JSON, and one COCO document of all."""
        from maskline.strokes.prediction.direct.segmenting import segment_files

        return segment_files(places, checkpoint, cast("StrokePrediction", config), output)


prediction = StrokesPrediction()
