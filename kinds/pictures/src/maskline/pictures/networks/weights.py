"""Weights as safetensors: plain bytes that nobody unpickles, and in them the categories they were trained for."""

import json
from collections.abc import Mapping

import torch
from safetensors import SafetensorError
from safetensors import torch as safetensors_torch
from torch import Tensor

from maskline.contract.categories import CategoryTable, require_same
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt
from maskline.pictures.networks.segmenter import Segmenter

CATEGORIES = "maskline.categories"
"""The one metadata key: the category table as JSON. (More keys would be written in an order that changes.)"""
SHOWN = 3


def to_bytes(segmenter: Segmenter) -> bytes:
    """Return every parameter and buffer of `segmenter`, as `model.safetensors` holds them."""
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in segmenter.state_dict().items()}
    categories = canonical_json(segmenter.spec.categories.model_dump(mode="json")).decode()
    return safetensors_torch.save(state, {CATEGORIES: categories})


def load(segmenter: Segmenter, data: bytes, where: str = "the weights") -> None:
    """Give `segmenter` the weights in `data`.

    where: what errors call the data, e.g. a URI.
    Raises Corrupt if `data` is damaged or belongs to another network, CategoryMismatch if it was trained for other
    classes; `segmenter` is unchanged then.
    """
    try:
        tensors = safetensors_torch.load(data)
    except (SafetensorError, ValueError) as fault:
        raise Corrupt(f"{where} cannot be read as safetensors: {fault}") from fault
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    described = header.get("__metadata__", {}).get(CATEGORIES)
    if described is None:
        raise Corrupt(f"{where} names no categories: it was not written by maskline")
    require_same(CategoryTable.model_validate_json(described), where, segmenter.spec.categories, "the segmenter")
    own = segmenter.state_dict()
    _require_fit(tensors, own, f"{where} does not fit {segmenter.spec.architecture}")
    # Copied one by one: load_state_dict would have detectron2 take these for weights of its first version.
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(tensors[name])


def _require_fit(tensors: Mapping[str, Tensor], own: Mapping[str, Tensor], fault: str) -> None:
    missing, unknown = sorted(own.keys() - tensors.keys()), sorted(tensors.keys() - own.keys())
    if missing or unknown:
        raise Corrupt(
            f"{fault}: {len(missing)} tensors missing {missing[:SHOWN]}, {len(unknown)} unknown {unknown[:SHOWN]}"
        )
    for name, tensor in own.items():
        if tensors[name].shape != tensor.shape:
            raise Corrupt(f"{fault}: {name} has shape {tuple(tensors[name].shape)} instead of {tuple(tensor.shape)}")
