"""Volumes as the predict stage sees them, without torch."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from maskline.contract.artifact import Artifact
from maskline.contract.kind.prediction import Joined, Listed, Prediction, PredictionConfig, Predictor, Workroom
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


prediction = VolumesPrediction()
