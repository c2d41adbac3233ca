"""Starting weights in a process that trains: a checkpoint's safetensors, or a .ckpt file of CryoSiam's.

A .ckpt is read by torch's weights-only reader, which knows tensors, numbers and text, and runs nothing that a file asks
for.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskline.contract.errors import InvalidInput
from maskline.volumes.networks import weights
from maskline.volumes.networks.network import VolumeNetwork

PARTS = ("_model_backbone.", "_model.")
"""What CryoSiam calls the two parts of its network: encoder, decoder and projector, and the heads."""
PYRAMID = {"layer4": "lateral.0", "layer3": "lateral.1", "layer2": "lateral.2", "layer1": "lateral.3"} | {
    "later_conv4": "smooth"
}
"""Of its pyramid (`decoder_type` fpn), what the finest level is made of, and what they are called here."""
SMOOTH = "decoder.smooth."
DISTANCE = "body.distance_head.6."
"""The layer that gives distances: there in voxels, here in units of the highest one."""
SHOWN = 3


def load_starting_weights(network: VolumeNetwork, path: Path) -> tuple[dict[str, int], dict[str, Any]]:
    """Give `network` what the file holds for it, and return how much matched, and what did not by name.

    Raises InvalidInput if a .ckpt cannot be read safely or nothing in it fits, and what `weights.load` does.
    """
    own = network.state_dict()
    if path.suffix == ".safetensors":
        weights.load(network, path.read_bytes(), "starting weights")
        return {"matched": len(own), "of": len(own)}, {}
    found = {f"body.{name}": tensor for name, tensor in read_cryosiam(path).items()}
    fitting = {name: value for name, value in found.items() if name in own and own[name].shape == value.shape}
    if not fitting:
        holds = ", ".join(sorted(found)[:SHOWN])
        fault = f"starting weights hold nothing that fits {network.spec.architecture}"
        raise InvalidInput(f"{fault} (they hold {holds}, ...): CryoSiam's fit architecture = residual")
    with torch.no_grad():
        for name, value in fitting.items():
            last = name.startswith(DISTANCE)
            own[name].copy_(value / network.spec.distance_limit_voxels if last else value)
    left, unused = sorted(own.keys() - fitting.keys()), sorted(found.keys() - fitting.keys())
    figures = {"matched": len(fitting), "of": len(own), "unused": len(unused)}
    return figures, {"names_left": left, "names_unused": unused}


def read_cryosiam(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a .ckpt file by the names they have in the network's body.

    Raises InvalidInput if the file asks for more than weights, or holds none.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as fault:  # noqa: BLE001 - a file that is none can fail in any way there is
        told = (str(fault).splitlines() or [""])[0]
        raise InvalidInput(f"starting weights cannot be read safely: {type(fault).__name__}: {told}") from None
    state = content.get("state_dict") if isinstance(content, Mapping) else None
    found = {str(name): value for name, value in state.items()} if isinstance(state, Mapping) else {}
    tensors = _smooth({_own(name): value for name, value in found.items() if isinstance(value, Tensor)})
    if not tensors:
        raise InvalidInput("starting weights hold no tensors under state_dict: they are no checkpoint of CryoSiam's")
    return tensors


def _own(name: str) -> str:
    for part in PARTS:
        name = name.removeprefix(part)
    part, _, rest = name.partition(".")
    level, _, tensor = rest.partition(".")
    return f"decoder.{PYRAMID[level]}.{tensor}" if part == "decoder" and level in PYRAMID else name


def _smooth(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Add a last convolution that changes nothing where their pyramid has none (`add_fpn_later_conv` is false)."""
    finest = tensors.get("decoder.lateral.0.weight")
    if finest is None or f"{SMOOTH}weight" in tensors:
        return tensors
    channels = len(finest)
    weight = torch.nn.init.dirac_(finest.new_empty(channels, channels, 3, 3, 3))
    return tensors | {f"{SMOOTH}weight": weight, f"{SMOOTH}bias": finest.new_zeros(channels)}
