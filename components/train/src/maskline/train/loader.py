"""Batches prepared while the network works, in their order.

Beside a GPU worker processes prepare them, one step each, into memory that the GPU can copy from. On a CPU the network
itself keeps every core busy, and one thread that works a step ahead is enough.
"""

import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import parent_process

import torch
from torch.utils.data import DataLoader, Dataset

from maskline.contract.cores import cores
from maskline.contract.errors import MasklineError
from maskline.train.batches import Batch, Batches
from maskline.train.place import Place

MOST_WORKERS = 8
"""Per GPU: they prepare more pictures than it takes in, and two waiting batches of each still fit into /dev/shm."""


def workers_for(place: Place) -> int:
    """Return how many worker processes pay for a training process: with a GPU its share of the cores but its own."""
    if place.device.type == "cpu":
        return 0
    return min(MOST_WORKERS, max(1, cores() // place.beside - 1))


def prepared(batches: Batches, step: int, workers: int, *, pinned: bool = False) -> Iterator[Batch]:
    """Yield the batches of the steps from `step` on; they do not depend on `workers`.

    workers: processes that prepare them, none of which outlives this one; 0: a thread of this one.
    pinned: into page-locked memory.  Raises InvalidInput naming a picture that cannot be trained on.
    """
    steps = range(step, len(batches))
    return _by_processes(batches, steps, workers, pinned=pinned) if workers else _by_a_thread(batches, steps)


def _by_a_thread(batches: Batches, steps: range) -> Iterator[Batch]:
    waiting: deque[Future[Batch]] = deque()
    with ThreadPoolExecutor(1) as pool:
        try:
            for step in steps:
                waiting.append(pool.submit(batches.__getitem__, step))
                if len(waiting) > 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _by_processes(batches: Batches, steps: range, workers: int, *, pinned: bool) -> Iterator[Batch]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a tensor on its way between processes is an open file
    loader = DataLoader(
        _Answers(batches),
        batch_size=None,
        sampler=steps,
        num_workers=workers,
        pin_memory=pinned,
        worker_init_fn=_follow_parent,
        multiprocessing_context="fork",  # their libraries are loaded already, and they touch no GPU
        generator=torch.Generator(),  # so that nothing is drawn from the network's
    )
    for answer in loader:
        if isinstance(answer, MasklineError):
            raise answer
        yield answer


class _Answers(Dataset[Batch | MasklineError]):
    """Batches by step, or why there is none: DataLoader would wrap an error in its worker's traceback."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def __getitem__(self, step: int) -> Batch | MasklineError:
        try:
            return self._batches[step]
        except MasklineError as fault:
            return fault


def _follow_parent(_worker: int) -> None:
    """End this process when its parent ends, and not before: who stops a training leaves it time for a last step."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = parent_process()
    assert parent is not None  # noqa: S101 - this runs in a process that multiprocessing has started
    parent.join()
    os._exit(1)
