"""Whether everything that a training has come to is still a number."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from maskline.contract.kind.training import TrainingConfig
from maskline.train.learn.schedule import learning_rate
from maskline.train.processes.faults import Diverged


def require_finite(state: Any) -> None:
    """Raise FloatingPointError naming a tensor that holds NaN or an infinity.

    state: tensors, in dicts and lists of any depth.
    """
    found = [(name, tensor) for name, tensor in _tensors(state, "") if tensor.is_floating_point()]
    if not found or torch.stack([tensor.isfinite().all() for _, tensor in found]).all():  # one wait for a GPU
        return
    name = next(name for name, tensor in found if not tensor.isfinite().all())
    message = f"{name} holds what is no number"
    raise FloatingPointError(message)


def _tensors(state: Any, name: str) -> Iterator[tuple[str, Tensor]]:
    """Yield every tensor, with the keys that lead to it."""
    if isinstance(state, Tensor):
        yield name, state
    elif isinstance(state, Mapping):
        for key, value in state.items():
            yield from _tensors(value, f"{name}.{key}".lstrip("."))
    elif isinstance(state, Sequence) and not isinstance(state, str):
        for number, value in enumerate(state):
            yield from _tensors(value, f"{name}.{number}")


def diverged(config: TrainingConfig, step: int, how: str, image_ids: Sequence[int]) -> Diverged:
    """Return the error for a step, counted from 1, that came to what is no number.

    how: what is none.  image_ids: COCO ids of the step's pictures.
    """
    rate, pictures = learning_rate(config, step - 1), ", ".join(map(str, image_ids))
    return Diverged(
        f"training diverged by step {step} of {config.steps}: {how}; is learning_rate = {config.learning_rate} too "
        f"high? It was {rate:.3g} in that step, whose pictures have the ids {pictures}. Lower it, rise to it more "
        f"slowly (warmup = {config.warmup}), or clip the gradient (gradient_clip = {config.gradient_clip})"
    )
