"""Batches prepared while the network works, in their order.

Beside a GPU worker processes prepare them, one step each, into memory that the GPU can copy from. On a CPU the network
itself keeps every core busy, and one thread that works a step ahead is enough.
"""

import os
import resource
import signal
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import torch
from torch.utils.data import DataLoader, Dataset

from maskline.contract.errors import MasklineError
from maskline.contract.stage.attempts import end_with_parent
from maskline.train.read.batches import Batch, Batches

SOCKETS = "/dev/shm"  # noqa: S108 - a folder of the process's own is made in it
"""Where those who prepare pictures offer them: beside the pictures, and with a path that a socket's name has room for.

A socket's path has 107 bytes; in a TMPDIR that lies deep they could offer nothing, and the training waited for ever.
"""


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
        worker_init_fn=partial(_follow, os.getpid()),
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


def _follow(parent: int, _worker: int) -> None:
    """End this process with its parent, and not before: who stops a training leaves it time for a last step.

    It offers its batches in SOCKETS.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = SOCKETS
    end_with_parent(parent)
