"""A running mean of a training's weights."""

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Tensors = tuple[Tensor, ...] | list[Tensor]


def averaging(network: nn.Module, decay: float) -> AveragedModel:
    """Return a copy of `network` that each `update_parameters(network)` moves towards it.

    Update n keeps min(decay, (1 + n) / (10 + n)) of the mean, so that the first weights, which know nothing, do not
    last (https://www.tensorflow.org/api_docs/python/tf/train/ExponentialMovingAverage). The running statistics of
    normalisation are averaged like the weights they belong to.
    """

    def blend(means: Tensors, latest: Tensors, updates: Tensor | int) -> None:
        done = float(updates)
        get_ema_multi_avg_fn(min(decay, (1 + done) / (10 + done)))(means, latest, updates)

    return AveragedModel(network, multi_avg_fn=blend, use_buffers=True)
