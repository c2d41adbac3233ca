"""The optimizer, and the running average of the weights."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from maskline.train.config import TrainConfig

MOMENTUM = 0.9
YOUNG_STEPS = 10
"""The average of the first steps is short, so that it forgets where the weights began."""


def build_optimizer(config: TrainConfig, network: nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer of the network's trainable parameters; 1-d ones do not decay."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)
    return torch.optim.SGD(groups, lr=config.learning_rate, momentum=MOMENTUM, fused=True)


class Average:
    """An exponential average of a network's state over the steps; with `keep` = 0 it is the state itself."""

    def __init__(self, network: nn.Module, keep: float) -> None:
        self._network = network
        self._keep = keep
        self.state = network.state_dict()
        if keep:
            self.state = {name: tensor.clone() for name, tensor in self.state.items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take the state after step `step` (from 0) in."""
        if not self._keep:
            return
        keep = min(self._keep, (1 + step) / (YOUNG_STEPS + step))
        floats: tuple[list[Tensor], list[Tensor]] = ([], [])
        for name, tensor in self._network.state_dict().items():
            if tensor.is_floating_point():
                floats[0].append(self.state[name])
                floats[1].append(tensor)
            else:
                self.state[name].copy_(tensor)
        torch._foreach_lerp_(*floats, 1 - keep)


@torch.no_grad()
def put(values: Mapping[str, Tensor], into: Mapping[str, Tensor]) -> None:
    """Copy tensors by name; load_state_dict would have detectron2 take some for weights of older releases."""
    for name, value in values.items():
        into[name].copy_(value)
