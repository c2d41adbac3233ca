"""Pictures as the predict stage sees them, without torch."""

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
from maskline.pictures.prediction.config import PicturePrediction


class PicturesPrediction(Prediction):
    """Instances in pictures, of datasets and of any common file."""

    modules = (
        "maskline.pictures.correction",
        "maskline.pictures.networks",
        "maskline.pictures.prediction",
        "maskline.pictures.preprocessing",
        "maskline.pictures.spec",
    )
    libraries = ("detectron2", "faster-coco-eval", "numpy", "pillow", "torch", "torchvision")
    prediction_config = PicturePrediction

    def listed(self, uri: str) -> list[Listed]:
        """List and digest every file below `uri`, by name, page by page."""
        from maskline.pictures.prediction.listing import list_pictures

        return list_pictures(uri)

    def predictor(self, checkpoint: Artifact, config: PredictionConfig) -> Predictor:
        """Load torch, and the network onto the device that a `PicturePrediction` asks for."""
        from maskline.pictures.prediction.predictor import PicturePredictor

        return PicturePredictor(checkpoint, cast("PicturePrediction", config))

    def find(self, named: Sequence[Path], output: Path) -> Selection:
        """Find the pictures that are named and those in the folders that are named."""
        from maskline.pictures.prediction.direct.places import find

        return find(named, output)

    def segment(
        self, places: Sequence[Any], checkpoint: Artifact, config: PredictionConfig, output: Path
    ) -> Iterator[Segmented | Unreadable]:
        """Leave each picture painted over, with a legend, and one COCO document of all."""
        from maskline.pictures.prediction.direct.segmenting import segment_files

        return segment_files(places, checkpoint, cast("PicturePrediction", config), output)


prediction = PicturesPrediction()
