"""Weights as safetensors: plain bytes that nobody unpickles, and in them the categories they were trained for."""

import json

import torch
from safetensors import SafetensorError
from safetensors import torch as safetensors_torch

from maskline.contract.artifact import Artifact
from maskline.contract.categories import CategoryTable, require_same
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.spec import VolumeSpec

CATEGORIES = "maskline.categories"
"""The one metadata key: the category table as JSON."""


def to_bytes(network: VolumeNetwork) -> bytes:
    """Return every parameter and buffer, as `model.safetensors` holds them."""
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    categories = canonical_json(network.spec.categories.model_dump(mode="json")).decode()
    return safetensors_torch.save(state, {CATEGORIES: categories})


def load(network: VolumeNetwork, data: bytes, where: str) -> None:
    """Give `network` the weights in `data`.  where: what errors call the data, e.g. a URI.

    Raises Corrupt if `data` is damaged or belongs to another network, CategoryMismatch if it was trained for other
    classes.
    """
    try:
        tensors = safetensors_torch.load(data)
    except (SafetensorError, ValueError) as fault:
        raise Corrupt(f"{where} cannot be read as safetensors: {fault}") from fault
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    described = header.get("__metadata__", {}).get(CATEGORIES)
    if described is None:
        raise Corrupt(f"{where} names no categories: it was not written by maskline")
    require_same(CategoryTable.model_validate_json(described), where, network.spec.categories, "the network")
    own = network.state_dict()
    odd = sorted(own.keys() ^ tensors.keys()) or [name for name in own if own[name].shape != tensors[name].shape]
    if odd:
        raise Corrupt(f"{where} does not fit {network.spec.architecture}: {', '.join(odd[:3])} of {len(odd)} differ")
    network.load_state_dict(tensors)


def load_network(checkpoint: Artifact) -> VolumeNetwork:
    """Load a sealed checkpoint, on the CPU, in eval mode.

    Raises Corrupt or CategoryMismatch if its files do not fit.
    """
    spec = VolumeSpec.of(checkpoint)
    require_same(spec.categories, f"{checkpoint.uri}/model.yaml", checkpoint.manifest.categories, checkpoint.uri)
    with torch.random.fork_rng(devices=[]):
        network = VolumeNetwork(spec)
    load(network, checkpoint.read("model.safetensors"), f"{checkpoint.uri}/model.safetensors")
    return network.eval()
