"""What a network looks at together, as much as the memory holds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from maskline.contract.errors import MasklineError
from maskline.contract.log import event
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.inference import Found, Window, look

TOLD = ("can't allocate memory", "not enough memory", "out of memory")
"""What a RuntimeError says when memory has ended: of torch's allocator on a CPU, and of CUDA's libraries."""
SIZE = tuple[int, int]


class OutOfMemory(MasklineError):
    """Not even one window fits into the memory."""


class Passes:
    """A network, and how many windows of each size go through it together.  What has failed once is not tried again."""

    def __init__(self, segmenter: Segmenter, score_threshold: float, most: int) -> None:
        """Look for the best `most` instances of each window."""
        self._segmenter, self._score_threshold, self._most = segmenter, score_threshold, most
        self._fitting: dict[tuple[str, SIZE], int] = {}

    @property
    def device(self) -> str:
        """Return where the network is, e.g. cpu."""
        return next(self._segmenter.parameters()).device.type

    def __call__(self, windows: Sequence[Window], size: SIZE, together: int) -> list[Found]:
        """Return what `look` finds in windows that are all seen in one size, `together` at once while the memory holds.

        Raises OutOfMemory if there is none for a single one.
        """
        done: list[Found] = []
        while len(done) < len(windows):
            fitting = min(self._fitting.get((self.device, size), together), together)
            if not fitting:
                sides, device = f"{size[1]} x {size[0]} px", self.device
                raise OutOfMemory(
                    f"predict: a network that sees {sides} at once does not fit into the memory of the {device}"
                )
            these = windows[len(done) : len(done) + fitting]
            if (found := self._look(these, size)) is not None:
                done += found
                continue
            fewer = self._fitting[self.device, size] = len(these) // 2
            if fewer:
                event("predict.memory", full=self.device, at_once=fewer, of=f"{size[1]}x{size[0]}")
        return done

    @contextmanager
    def on_cpu(self) -> Iterator[None]:
        """Have the network on the CPU for a while."""
        device = self.device
        self._segmenter.to("cpu")
        try:
            yield
        finally:
            self._segmenter.to(device)

    def _look(self, windows: Sequence[Window], size: SIZE) -> list[Found] | None:
        """Return what is in the windows, None if the memory does not suffice."""
        try:
            return look(self._segmenter, windows, size, self._score_threshold, self._most)
        except (MemoryError, RuntimeError) as fault:
            if not _is_of_memory(fault):
                raise
        if self.device == "cuda":
            torch.cuda.empty_cache()
        return None


def _is_of_memory(fault: Exception) -> bool:
    if isinstance(fault, MemoryError | torch.OutOfMemoryError):
        return True
    return any(words in str(fault) for words in TOLD)
