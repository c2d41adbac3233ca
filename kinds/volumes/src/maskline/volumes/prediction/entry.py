"""Volumes as the predict stage sees them, without torch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from maskline.contract.artifact import Artifact
from maskline.contract.kind.prediction import (
    Joined,
    Listed,
    Prediction,
    PredictionConfig,
    Predictor,
    Segmented,
    Selection,
    Unreadable,
    Workroom,
)
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.volumes.prediction.config import VolumePrediction


class VolumesPrediction(Prediction):
    """Instances in volumes, of datasets and of files in any format that can be imported."""

    modules = ("maskline.volumes",)
    libraries = ("bioimage-cpp", "connected-components-3d", "numpy", "scikit-image", "scipy", "torch")
    prediction_config = VolumePrediction

    def predictor(self, checkpoint: Artifact, config: PredictionConfig) -> Predictor:
        """Load torch, and the network onto the device that a `VolumePrediction` asks for."""
        from maskline.volumes.prediction.predictor import VolumePredictor

        return VolumePredictor(checkpoint, cast("VolumePrediction", config))

    def joined(
        self,
        checkpoint: Artifact,
        config: PredictionConfig,
        records: Iterable[Mapping[str, Any]],
        room: Workroom,
        source: Dataset | Store,
    ) -> Iterator[Joined]:
        """Find the instances of each volume in the maps of its windows."""
        from maskline.volumes.prediction.joining import join

        return join(checkpoint, cast("VolumePrediction", config), records, room, source)

    def listed(self, uri: str) -> list[Listed]:
        """List and digest every volume below `uri`, by name, slab by slab."""
        from maskline.volumes.prediction.listing import list_volumes

        return list_volumes(uri)

    def takes(self, path: Path) -> bool:
        """Tell a volume by its name, and a folder by holding no other files; a TIFF may be a picture."""
        from maskline.volumes.prediction.direct.places import is_surely_volume

        return is_surely_volume(path)

    def find(self, named: Sequence[Path], output: Path) -> Selection:
        """Find the volumes that are named and those in the folders that are named."""
        from maskline.volumes.prediction.direct.places import find

        return find(named, output)

    def segment(
        self, places: Sequence[Any], checkpoint: Artifact, config: PredictionConfig, output: Path
    ) -> Iterator[Segmented | Unreadable]:
        """Leave each volume's labels, a list of centres, three planes as a picture, and one document of all."""
        from maskline.volumes.prediction.direct.segmenting import segment_files

        return segment_files(places, checkpoint, cast("VolumePrediction", config), output)


prediction = VolumesPrediction()
