"""What changes from step to step: weights, the optimizer's memory, and how far the training is."""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from maskline.contract.kind.training import Item, Network, training_of
from maskline.train.job import RESUME, Job
from maskline.train.learn.ema import averaging
from maskline.train.learn.finite import require_finite
from maskline.train.learn.optimizer import build_optimizer, put
from maskline.train.learn.precision import arithmetic
from maskline.train.learn.schedule import learning_rate
from maskline.train.processes.group import ProcessGroup
from maskline.train.read.sampler import network_seed
from maskline.train.tell.journal import Journal


class Trainer:
    """One process's copy of a training in progress.

    network: the weights that are trained.  step: how many updates they have seen.  dtype: what layers compute in.
    """

    def __init__(self, job: Job, group: ProcessGroup) -> None:
        """Begin at the resume state if there is one, else at the starting weights, else at random ones."""
        self.config, self.group = job.config, group
        kind = training_of(job.record)
        self.spec = kind.spec(self.config, job.categories)
        self.journal = Journal(speaks=group.first)
        self.step = 0
        torch.manual_seed(self.config.seed)
        self.learner = kind.learner(self.spec, self.config)
        self.network = self.learner.network
        kept = job.folder / RESUME
        if job.starting_weights and not kept.exists():
            self.journal.note("starting_weights", *self.learner.start(job.folder / job.starting_weights))
        layout = torch.channels_last if self.config.channels_last else torch.contiguous_format
        self.network.to(group.device).to(memory_format=layout)
        self.dtype = arithmetic(self.config.precision, group.device)
        self.optimizer = build_optimizer(self.config, self.network)
        # Small gradients vanish in float16 unless they are scaled up; no other type needs that.
        self._scaler = torch.amp.GradScaler(group.device.type, enabled=self.dtype is torch.float16)
        self._average = averaging(self.network, self.config.ema) if self.config.ema else None
        if kept.exists():
            self._take_up(torch.load(kept, map_location="cpu", weights_only=True))
        if self.config.compile:
            from maskline.train.learn.compiling import Compiled  # a fifth of all that a start takes to load

            Compiled(getattr(self.network, "dense", ()), self.journal)
        self._wrapped: nn.Module = self.network
        if group.size > 1:  # it also gives every process the first one's weights
            self._wrapped = DistributedDataParallel(self.network, broadcast_buffers=False, gradient_as_bucket_view=True)

    @property
    def precision(self) -> str:
        """The name of `dtype`: bfloat16, float16 or float32."""
        return str(self.dtype).removeprefix("torch.")

    @property
    def sealable(self) -> Network:
        """What is validated and sealed: the network with the running mean of the weights, or with the weights."""
        return self._average.module if self._average else self.network

    def descend(self, batch: Sequence[Item]) -> dict[str, Tensor]:
        """Take one step on this process's share of a batch and return the loss terms it began from.

        Besides the batch it depends on nothing but the state and (seed, step).
        Raises FloatingPointError when the network meets what is no number.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.step)
        self.optimizer.zero_grad()
        parts = [self._add_gradient(batch, number) for number in range(self.config.accumulate)]
        self._scaler.unscale_(self.optimizer)
        if self.config.gradient_clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.config.gradient_clip)
        self._scaler.step(self.optimizer)
        self._scaler.update()
        if self._average:
            self._average.update_parameters(self.network)
        self.step += 1
        return {name: torch.stack([losses[name] for losses in parts]).mean(0) for name in parts[0]}

    def _add_gradient(self, batch: Sequence[Item], number: int) -> dict[str, Tensor]:
        """Add the gradient of part `number` of the share, and return its loss terms.

        A part holds the same records and draws the same at random whether one process computes `accumulate` parts or as
        many processes compute one each.
        """
        parts, group = self.config.accumulate, self.group
        torch.manual_seed(network_seed(self.config.seed, self.step, group.rank + group.size * number))
        with self._gathering(last=number == parts - 1):
            with torch.autocast(group.device.type, self.dtype, enabled=self.dtype is not torch.float32):
                losses: dict[str, Tensor] = self._wrapped(batch[number::parts])
            self._scaler.scale(torch.stack(list(losses.values())).sum() / parts).backward()
        return {name: loss.detach() for name, loss in losses.items()}

    def _gathering(self, *, last: bool) -> AbstractContextManager[None]:
        """Keep the gradients of all parts but the last from travelling to the other processes."""
        if isinstance(self._wrapped, DistributedDataParallel) and not last:
            return self._wrapped.no_sync()
        return nullcontext()

    def state(self) -> bytes:
        """Return all of it as bytes that torch's weights-only reader accepts.

        Raises FloatingPointError if some of it is no number: no training could go on from there.
        """
        buffer = io.BytesIO()
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self._scaler.state_dict(),
            "average": self._average.state_dict() if self._average else {},
            "step": self.step,
            "journal": self.journal.text,
        }
        require_finite(state)
        torch.save(state, buffer)
        return buffer.getvalue()

    def _take_up(self, state: dict[str, Any]) -> None:
        put(state["network"], self.network.state_dict())
        self.optimizer.load_state_dict(state["optimizer"])
        if self._scaler.is_enabled() and state["scaler"]:  # else it was kept on a machine with other arithmetic
            self._scaler.load_state_dict(state["scaler"])
        if self._average:
            put(state["average"], self._average.state_dict())
        self.step = state["step"]
        self.journal = Journal(state["journal"], speaks=self.group.first)
        self.journal.note("resumed", {"step": self.step, "of": self.config.steps})
