"""A checkpoint as a network on the device that predicts.  Importing it loads torch, and so does importing `work`."""

import torch

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.pictures.networks.segmenter import Segmenter
from maskline.predict import threads
from maskline.predict.config import PredictConfig


def load(checkpoint: Artifact, config: PredictConfig) -> Segmenter:
    """Load a checkpoint onto the device that `config` asks for, and give torch its threads.

    Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together, InvalidInput if there is no
    such device.
    """
    device = _device(config)
    torch.set_num_threads(threads.count(config))
    return load_segmenter(checkpoint).to(device)


def _device(config: PredictConfig) -> torch.device:
    if config.device == "cuda" and not torch.cuda.is_available():
        raise InvalidInput(
            "predict: device = 'cuda': this machine has no GPU that torch can use; 'auto' takes what there is"
        )
    return torch.device("cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu")
