"""Layers translated into code for the device they run on, where that can be done."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch._dynamo.exc import TorchDynamoException
from torch._functorch import config as differentiation

from maskline.train.tell.journal import Journal


class Compiled:
    """Layers that are compiled for training, and evaluate as they are, as prediction does.

    The first time that one cannot be compiled (a machine without a compiler, code that torch cannot translate), a line
    says so and all of them go on as they are. Names and values of their weights do not change either way.
    """

    def __init__(self, layers: Sequence[nn.Module], journal: Journal) -> None:
        self._journal = journal
        self._works = True
        for layer in layers:
            layer.forward = self._guarded(layer)

    def _guarded(self, layer: nn.Module) -> Callable[..., Any]:
        plain = layer.forward
        # The whole of it or nothing, so that a failure leaves nothing half done.
        compiled = torch.compile(plain, fullgraph=True)

        def forward(*arguments: Any) -> Any:
            if self._works and layer.training:
                try:
                    # Else the gradient's code is made when it is first needed, where a failure could not be mended.
                    with differentiation.patch(force_non_lazy_backward_lowering=True):
                        return compiled(*arguments)
                except TorchDynamoException as fault:
                    self._works = False
                    told = str(fault).strip().splitlines()[0]
                    self._journal.note("not_compiled", {"layer": type(layer).__name__, "why": told})
            return plain(*arguments)

        return forward
