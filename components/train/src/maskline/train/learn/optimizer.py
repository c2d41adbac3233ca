"""The optimizer."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from maskline.contract.kind.training import TrainingConfig

MOMENTUM = 0.9


def build_optimizer(config: TrainingConfig, network: nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer of the network's trainable parameters; 1-d ones do not decay."""
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)
    return torch.optim.SGD(groups, lr=config.learning_rate, momentum=MOMENTUM, fused=True)


@torch.no_grad()
def put(values: Mapping[str, Tensor], into: Mapping[str, Tensor]) -> None:
    """Copy tensors by name; load_state_dict would have detectron2 take some for weights of older releases."""
    for name, value in values.items():
        into[name].copy_(value)
