"""The model that a configuration of CryoSiam's names, and the device that it wants.  Importing it loads torch."""

from collections.abc import Iterator
from pathlib import Path

import torch

from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.command import OpenModel
from maskline.contract.published import words
from maskline.volumes.cryosiam.config import CryoSiam
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.prediction.config import VolumePrediction
from maskline.volumes.prediction.direct.mapping import Model
from maskline.volumes.prediction.network import load

RECORD = "volume/1"
THEIRS = ".ckpt"


def model_of(config: CryoSiam, where: Path, open_model: OpenModel) -> Model:
    """Open the checkpoint that is named, or the published one of volumes.

    Raises InvalidInput for a checkpoint of CryoSiam's, one of another kind, and where none is named and none comes
    along, and what opening does.
    """
    name = config.trained_model or next(
        (word for word in words() if open_sealed(word, "checkpoint").manifest.of == RECORD), ""
    )
    if not name:
        raise InvalidInput(f"{where}: trained_model names none, and no model of volumes comes along: name a checkpoint")
    if name.endswith(THEIRS):
        raise InvalidInput(
            f"{where}: trained_model = '{name}' is a checkpoint of CryoSiam's, which is not run: train from it "
            f"(starting_weights), and name the checkpoint that comes of it"
        )
    checkpoint = open_model(name)
    if checkpoint.manifest.of != RECORD:
        raise InvalidInput(f"{where}: trained_model = '{name}' is about {checkpoint.manifest.of}, not {RECORD}")
    return Model(checkpoint, config.parameters.data.patch_size[0], lambda one: _loaded(one, config))


def device_remarks(config: CryoSiam) -> Iterator[str]:
    """Yield what a person should know of the GPUs that are asked for."""
    asked = config.parameters.gpu_devices
    if _wanted(config) and not torch.cuda.is_available():
        yield f"parameters.gpu_devices {_told(asked)}: there is no GPU here that torch can use, the CPU predicts"
    elif _wanted(config) and (asked if isinstance(asked, int) else len(asked or ())) > 1:
        yield f"parameters.gpu_devices {_told(asked)}: the first one predicts"


def _wanted(config: CryoSiam) -> bool:
    return config.parameters.gpu_devices not in {None, 0, ()}


def _told(asked: int | tuple[int, ...] | None) -> str:
    return str(list(asked) if isinstance(asked, tuple) else asked)


def _loaded(checkpoint: Artifact, config: CryoSiam) -> VolumeNetwork:
    asked = config.parameters.gpu_devices
    network = load(checkpoint, VolumePrediction(device="cpu" if asked in {0, ()} else "auto"))
    if not isinstance(asked, tuple) or not asked or not torch.cuda.is_available():
        return network
    if not 0 <= asked[0] < torch.cuda.device_count():
        raise InvalidInput(f"parameters.gpu_devices {_told(asked)}: there are {torch.cuda.device_count()} GPUs, from 0")
    return network.to(f"cuda:{asked[0]}")
