"""Starting weights in a process that trains: a checkpoint's safetensors, or a file of detectron2 or torchvision.

A .pkl is unpickled by a reader that knows numpy arrays and nothing else, a .pth by torch's weights-only reader.
"""

import logging
import pickle
import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from detectron2.checkpoint.c2_model_loading import align_and_update_state_dicts
from torch import Tensor, nn

from maskline.contract.errors import InvalidInput
from maskline.pictures.networks import weights
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.torchvision_names import as_detectron2, is_torchvisions

ALLOWED = {
    ("collections", "OrderedDict"): OrderedDict,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}
NUMPY_PICKLES_WITH = ("numpy.core.multiarray", "numpy._core.multiarray")
"""Where numpy of version 1 and of version 2 keep the functions that put arrays together."""
RENAMED = {"mask_coarse_head.coarse_mask_fc": "mask_head.coarse_head.fc", "mask_coarse_head": "mask_head.coarse_head"}
RENAMED |= {"mask_point_head": "mask_head.point_head"}
"""How PointRend's parts were called in the weights it was published with, and are called since; longer names first."""

STAGE = re.compile(r"roi_heads\.(box_head|box_predictor|mask_head)\.\d\.(.+)")
"""What a stage of a cascade calls its weights."""


def load_starting_weights(network: Segmenter, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """Give `network` what the file holds for it, and return how much matched, and what did not by name.

    A cascade's stages all start from the heads of a network that has one stage.
    Raises InvalidInput if another tool's file cannot be read safely, nothing in it fits, or it is of a ResNet with
    other strides, and what `weights.load` does.
    """
    if path.suffix == ".safetensors":
        weights.load(network, path.read_bytes(), "starting weights")
        count = len(network.state_dict())
        return {"matched": count, "of": count}, {}
    found, caffe2 = read_detectron2(path)
    if is_torchvisions(found):
        _require_strides(network.spec)
        found = as_detectron2(found)
    inner: nn.Module = network.get_submodule("network")
    own = inner.state_dict()
    logging.getLogger("detectron2").setLevel(logging.CRITICAL)  # what it would print in a table, the journal says
    found = _for_stages(found, own)
    aligned = align_and_update_state_dicts(own, found, c2_conversion=caffe2)
    fitting = {name: value for name, value in aligned.items() if name in own and value.shape == own[name].shape}
    if not fitting:
        holds = ", ".join(sorted(found)[:3])
        raise InvalidInput(
            f"starting weights hold nothing that fits {network.spec.architecture} (they hold {holds}, ...)"
        )
    with torch.no_grad():
        for name, value in fitting.items():
            own[name].copy_(value)
    left, unused = sorted(own.keys() - fitting.keys()), sorted(aligned.keys() - fitting.keys())
    figures = {"matched": len(fitting), "of": len(own), "unused": len(unused)}
    return figures, {"names_left": left, "names_unused": unused}


def _require_strides(spec: ModelSpec) -> None:
    if spec.body != "narrow" and spec.strides != "3x3":
        raise InvalidInput(
            "starting weights are torchvision's, whose ResNets halve sides in the 3x3 convolutions, and "
            f"{spec.architecture} does with strides = {spec.strides}: set strides = 3x3"
        )


def _for_stages(found: dict[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give every stage of a cascade what is there of a single head."""
    stages = {name: f"roi_heads.{match[1]}.{match[2]}" for name in own if (match := STAGE.fullmatch(name))}
    copies = {name: found[single] for name, single in stages.items() if name not in found and single in found}
    used = {stages[name] for name in copies}
    return {name: value for name, value in found.items() if name not in used} | copies


def read_detectron2(path: Path) -> tuple[dict[str, Tensor], bool]:
    """Return the tensors of a .pkl or .pth file by name, and whether the names are Caffe2's.

    Raises InvalidInput if the file asks for more than tensors, or holds none.
    """
    try:
        content = _read(path)
    except Exception as fault:  # noqa: BLE001 - a file that is no pickle can fail in any way there is
        told = (str(fault).splitlines() or [""])[0]
        raise InvalidInput(f"starting weights cannot be read safely: {type(fault).__name__}: {told}") from None
    state = content.get("model", content) if isinstance(content, dict) else {}
    tensors = {str(name): _tensor(value) for name, value in state.items()} if isinstance(state, dict) else {}
    found = {_renamed(name): value for name, value in tensors.items() if value is not None}
    if not found:
        raise InvalidInput("starting weights hold no tensors under names")
    return found, content.get("__author__") == "Caffe2"


def _read(path: Path) -> Any:
    if path.suffix == ".pth":
        return torch.load(path, map_location="cpu", weights_only=True)
    with path.open("rb") as file:
        return _ArrayUnpickler(file, encoding="latin1").load()


def _tensor(value: object) -> Tensor | None:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        return torch.from_numpy(np.array(value))
    return value if isinstance(value, Tensor) else None


def _renamed(name: str) -> str:
    for before, since in RENAMED.items():
        if f"roi_heads.{before}" in name:
            return name.replace(before, since)
    return name


class _ArrayUnpickler(pickle.Unpickler):
    """Finds numpy's arrays and numbers, and no other class or function."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in ALLOWED:
            return ALLOWED[module, name]
        if module in NUMPY_PICKLES_WITH and name in {"_reconstruct", "scalar"}:
            return super().find_class("numpy._core.multiarray", name)
        if (module, name) == ("_codecs", "encode"):
            return _encode
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is neither an array nor a number")


def _encode(text: str, encoding: str) -> bytes:
    """Stand in for the codec that old pickles write bytes with."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it holds text encoded as {encoding}")
    return text.encode("latin1")
