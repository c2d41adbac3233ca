"""What a network says of every voxel of a file, on the disk: it goes on where an earlier call was stopped.

M: maps
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from maskline.contract.artifact import Artifact
from maskline.contract.config import canonical_json
from maskline.contract.kind.prediction import Workroom
from maskline.contract.store.directory import DirectoryStore
from maskline.volumes.bricks.statistics import Statistics, statistics_of
from maskline.volumes.formats.raw import Raw
from maskline.volumes.formats.slabs import slabs
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.prediction.joining import laid_out
from maskline.volumes.prediction.pieces import Whole, maps_in, predict_piece
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.voxels import Voxels

KEY_DIGITS = 12


@dataclass(frozen=True)
class Model:
    """A checkpoint, whose network is loaded when a window is to be computed.  load: how."""

    checkpoint: Artifact
    window_voxels: int
    load: Callable[[Artifact], VolumeNetwork]

    @cached_property
    def spec(self) -> VolumeSpec:
        """What its network is.  Raises InvalidInput."""
        return VolumeSpec.of(self.checkpoint)

    @cached_property
    def network(self) -> VolumeNetwork:
        """The network.  Raises what `load` does."""
        return self.load(self.checkpoint)


@dataclass(frozen=True)
class Mapped:
    """A volume and what its maps are made with.

    name: what the volume's files are called.  mask: as in `maps_of`.
    """

    name: str
    voxels: Voxels
    mask: Voxels | None
    model: Model

    @cached_property
    def statistics(self) -> Statistics:
        """Those of all values.  Raises what reading does."""
        return statistics_of(self.voxels)

    @cached_property
    def key(self) -> str:
        """Equal for the same values, mask, checkpoint and windows."""
        made = {
            "checkpoint": self.model.checkpoint.manifest.id,
            "window_voxels": self.model.window_voxels,
            "shape": list(self.voxels.shape),
            "statistics": list(self.statistics),
            "mask": _digest(self.mask) if self.mask else "",
        }
        return hashlib.sha256(canonical_json(made)).hexdigest()[:KEY_DIGITS]

    @contextmanager
    def maps(self, output: Path) -> Iterator[list[Raw]]:
        """Yield the M maps as halves, which lie in `output` while the block lasts; their windows do until `forget`.

        Stopped at any moment, the next call computes the windows that are missing, and only these.  In memory there is
        no more than a window.  No other volume in `output` may have the name.  Raises what reading does.
        """
        own = _place(self.name, output)
        place = own / self.key
        for other in set(own.glob("*")) - {place}:
            shutil.rmtree(other)
        shape = list(self.voxels.shape)
        part = {"id": 1, "start": [0, 0, 0], "shape": shape, "volume": self.name, "volume_shape": shape}
        record = part | self.statistics._asdict()
        volume, room = Whole.of(record, self.model.window_voxels), Workroom(DirectoryStore(place), "windows")
        predict_piece(record, volume, self.voxels, self.mask, self.model.network, room)
        whole = place / "whole"
        whole.mkdir(exist_ok=True)
        try:
            yield laid_out(maps_in(volume, room), self.model.network.spec.maps, volume.shape, whole)
        finally:
            shutil.rmtree(whole)


def forget(name: str, output: Path) -> None:
    """Remove the windows of a volume, if there are some."""
    shutil.rmtree(_place(name, output), ignore_errors=True)


def _place(name: str, output: Path) -> Path:
    path = output / name
    return path.with_name(f".{path.name}.maps")


def _digest(mask: Voxels) -> str:
    """Return a digest of where a mask is not 0."""
    digest = hashlib.sha256()
    for box in slabs(mask.shape):
        digest.update(np.packbits(mask.read(box) != 0).data)
    return digest.hexdigest()
