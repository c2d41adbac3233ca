"""A checkpoint as a network on the device that predicts.  Importing it loads torch."""

import os

import torch

from maskline.contract.artifact import Artifact
from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.config import PicturePrediction

MOST_THREADS = 8
"""More do not pay: the heads are many small operations."""


def load(checkpoint: Artifact, config: PicturePrediction) -> Segmenter:
    """Load a checkpoint onto the device that `config` asks for, and give torch its threads.

    Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together, InvalidInput if there is no
    such device.
    """
    device = _device(config)
    torch.set_num_threads(threads(config))
    return load_segmenter(checkpoint).to(device)


def threads(config: PicturePrediction) -> int:
    """Return how many threads torch may use."""
    told = config.threads or int(os.environ.get("OMP_NUM_THREADS", "0"))
    return told or min(MOST_THREADS, cores())


def _device(config: PicturePrediction) -> torch.device:
    if config.device == "cuda" and not torch.cuda.is_available():
        raise InvalidInput(
            "predict: device = 'cuda': this machine has no GPU that torch can use; 'auto' takes what there is"
        )
    return torch.device("cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu")
