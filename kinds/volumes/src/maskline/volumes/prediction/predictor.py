"""A checkpoint that predicts pieces of volumes.  Importing it loads torch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Found, Listed, Predictor, Unreadable, Workroom
from maskline.contract.log import event
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store import Store
from maskline.volumes.bricks.reading import BrickedVolume, volumes_of
from maskline.volumes.prediction.config import VolumePrediction
from maskline.volumes.prediction.listing import Files, record_of
from maskline.volumes.prediction.network import load
from maskline.volumes.prediction.pieces import Whole, predict_piece


class VolumePredictor(Predictor):
    """A network on its device; windows go through it one by one, and their maps into the room."""

    def __init__(self, checkpoint: Artifact, config: VolumePrediction) -> None:
        """Load the checkpoint.  Raises as `load` does."""
        self._config, self._network = config, load(checkpoint, config)
        self._volumes: dict[str, BrickedVolume] = {}
        self._masks: dict[str, BrickedVolume | None] = {}

    def of_samples(self, samples: Iterable[Sample]) -> Iterator[Found | Unreadable]:
        """Raise InvalidInput: around a brick the network sees its neighbours."""
        del samples
        raise InvalidInput("bricks are predicted with the volume that they are of, not one by one")

    def of_shard(self, dataset: Dataset, split: str, shard: str, room: Workroom) -> Iterator[Found | Unreadable]:
        """Predict the bricks of a shard; of volumes that go on in other shards these are read, too."""
        if not self._volumes:
            self._volumes = volumes_of(dataset, split)
            self._masks = {name: volume.member("mask") for name, volume in self._volumes.items()}
        for record in dataset.document(shard)["images"]:
            voxels = self._volumes[record["volume"]]
            volume = Whole.of(voxels.image, self._config.window_voxels)
            _tell(record, predict_piece(record, volume, voxels, self._masks[record["volume"]], self._network, room))
            yield Found(record, [])

    def of_part(self, listed: Sequence[Listed], place: Store, room: Workroom) -> Iterator[Found | Unreadable]:
        """Predict some slabs of somebody's volumes.  Raises Changed if a file is no longer what was listed."""
        with Files(place) as files:
            for one in listed:
                if one.fault:
                    yield Unreadable(one.file_name, one.fault)
                    continue
                opened = files.opened(one)
                record = record_of(one, opened, room)
                first = record | {"id": one.id - one.page}
                volume = Whole.of(first, self._config.window_voxels)
                _tell(record, predict_piece(record, volume, opened.voxels, None, self._network, room))
                yield Found(record, [], [one.remark] if one.remark else [])


def _tell(record: Mapping[str, Any], windows: tuple[int, int]) -> None:
    event("predict.piece", of=record["volume"], start=record["start"], windows=windows[0], done=windows[1])
