"""A checkpoint as a network on the device that predicts.  Importing it loads torch."""

import os

import torch

from maskline.contract.artifact import Artifact
from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import PredictionConfig
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.networks.weights import load_network

MOST_THREADS = 8


def load(checkpoint: Artifact, config: PredictionConfig) -> VolumeNetwork:
    """Load a checkpoint onto the device that `config` asks for, and give torch its threads.

    Raises Corrupt or CategoryMismatch if its files do not belong together, InvalidInput if there is no such device.
    """
    if config.device == "cuda" and not torch.cuda.is_available():
        raise InvalidInput(
            "predict: device = 'cuda': this machine has no GPU that torch can use; 'auto' takes what there is"
        )
    told = config.threads or int(os.environ.get("OMP_NUM_THREADS", "0"))
    torch.set_num_threads(told or min(MOST_THREADS, cores()))
    device = "cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu"
    return load_network(checkpoint).to(device)
