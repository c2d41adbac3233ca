"""What changes from step to step: weights, the optimizer's memory, and how far the training is."""

import io
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from maskline.model.segmenter import TrainingImage, build
from maskline.train.faults import Diverged
from maskline.train.job import RESUME, Job
from maskline.train.journal import Journal
from maskline.train.optimizer import build_optimizer, put
from maskline.train.order import network_seed
from maskline.train.place import Place, computes_in_bfloat16
from maskline.train.schedule import learning_rate
from maskline.train.starting import load_starting_weights


class Training:
    """One process's copy of a training in progress.

    step: how many updates the weights have seen.
    """

    def __init__(self, job: Job, place: Place) -> None:
        """Begin at the resume state if there is one, else at the starting weights, else at random ones."""
        self.config, self.place = job.config, place
        self.spec = job.config.spec(job.categories)
        self.journal = Journal(speaks=place.first)
        self.step = 0
        torch.manual_seed(self.config.seed)
        self.network = build(self.spec)
        kept = job.folder / RESUME
        if job.starting_weights and not kept.exists():
            load_starting_weights(self.network, job.folder / job.starting_weights, self.journal)
        layout = torch.channels_last if self.config.channels_last else torch.contiguous_format
        self.network.to(place.device).to(memory_format=layout)
        self.bfloat16 = computes_in_bfloat16(self.config.precision, place.device)
        self.optimizer = build_optimizer(self.config, self.network)
        if kept.exists():
            self._take_up(torch.load(kept, map_location=place.device, weights_only=True))
        self._wrapped: nn.Module = self.network
        if place.size > 1:  # it also gives every process the first one's weights
            self._wrapped = DistributedDataParallel(self.network, broadcast_buffers=False, gradient_as_bucket_view=True)

    def descend(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        """Take one step on this process's share of a batch and return the loss terms it began from.

        Besides the batch it depends on nothing but the state and (seed, step).
        """
        torch.manual_seed(network_seed(self.config.seed, self.step, self.place.rank))
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.config, self.step)
        with torch.autocast(self.place.device.type, torch.bfloat16, enabled=self.bfloat16):
            losses = self._losses(batch)
        self.optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        if self.config.gradient_clip:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.config.gradient_clip)
        self.optimizer.step()
        self.step += 1
        return {name: loss.detach() for name, loss in losses.items()}

    def diverged(self, how: str) -> Diverged:
        """Return the error that says when the loss stopped being a number, and how that showed."""
        where = f"by step {min(self.step + 1, self.config.steps)} of {self.config.steps}"
        return Diverged(f"training diverged {where}: {how}; is learning_rate = {self.config.learning_rate} too high?")

    def _losses(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        try:
            losses: dict[str, Tensor] = self._wrapped(batch)
        except FloatingPointError as fault:  # how detectron2 puts it
            raise self.diverged(str(fault)) from None
        return losses

    def state(self) -> bytes:
        """Return all of it as bytes that torch's weights-only reader accepts."""
        buffer = io.BytesIO()
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "journal": self.journal.text,
        }
        torch.save(state, buffer)
        return buffer.getvalue()

    def _take_up(self, state: dict[str, Any]) -> None:
        put(state["network"], self.network.state_dict())
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.journal = Journal(state["journal"], speaks=self.place.first)
        self.journal.note("resumed", {"step": self.step, "of": self.config.steps})
