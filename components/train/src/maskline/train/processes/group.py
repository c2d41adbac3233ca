"""The processes of a training, as one of them sees them, and the few things they do together."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from maskline.train.processes.launch import NAMES


@dataclass(frozen=True)
class ProcessGroup:
    """One process of `size`, `beside` of them on this machine; the first speaks and writes for all."""

    rank: int
    size: int
    beside: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process speaks for all."""
        return self.rank == 0

    @property
    def pins(self) -> bool:
        """Whether its device copies from memory that is pinned: all but the CPU do."""
        return self.device.type != "cpu"

    def mean(self, figures: Tensor) -> Tensor:
        """Return the mean of `figures` over all processes."""
        if self.size > 1:
            dist.all_reduce(figures)
        return figures / self.size

    def any(self, claim: bool) -> bool:  # noqa: FBT001 - what is asked is whether it holds anywhere
        """Say whether `claim` holds in one of the processes at least."""
        if self.size == 1:
            return claim
        claims = torch.tensor(claim, dtype=torch.uint8)
        dist.all_reduce(claims, dist.ReduceOp.MAX)
        return bool(claims)

    def gather(self, items: list[Any]) -> list[Any]:
        """Return the items of all processes on the first one, on the others an empty list."""
        if self.size == 1:
            return items
        every: list[list[Any]] | None = [[] for _ in range(self.size)] if self.first else None
        dist.gather_object(items, every)
        return [item for part in every or [] for item in part]

    def all_gather(self, item: Any) -> list[Any]:
        """Return what each process has, by rank."""
        items = [item] * self.size
        if self.size > 1:
            dist.all_gather_object(items, item)
        return items

    def broadcast(self, item: Any) -> Any:
        """Return what the first process has."""
        items = [item]
        if self.size > 1:
            dist.broadcast_object_list(items)
        return items[0]

    def barrier(self) -> None:
        """Return when every process is here."""
        if self.size > 1:
            dist.barrier()

    def leave(self) -> None:
        """Part with the others: whoever still waits for this process is told that it is gone."""
        if self.size > 1:
            dist.destroy_process_group()

    def agree(self, tensors: Iterable[Tensor]) -> None:
        """Make every process's tensors equal to those of the first."""
        if self.size > 1:
            for tensor in tensors:
                dist.broadcast(tensor, 0)


def join(gpus: int, kind: str = "cuda") -> ProcessGroup:
    """Take the rank that the environment gives this process, and meet the others.

    gpus: how many there are for the processes of this machine; without one they compute on the CPU.
    kind: what torch calls such a device.
    """
    rank, size, local, beside = (int(os.environ[name]) for name in NAMES)
    device = torch.device(kind, local) if gpus else torch.device("cpu")
    if gpus:
        torch.get_device_module(device).set_device(device)
    if size > 1:
        dist.init_process_group(backends(device))
    return ProcessGroup(rank, size, beside, device)


def backends(device: torch.device) -> str:
    """Return what torch.distributed talks with: tensors by the device's own way, words and counts by the CPU's."""
    own = dist.get_default_backend_for_device(device)
    return own if device.type == "cpu" else f"cpu:gloo,{device.type}:{own}"
