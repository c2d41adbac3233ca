"""What either side is asked to do, in a process of its own, so that its memory can be told apart."""

import resource
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, Self

Overrides = Mapping[str, Any]
"""Fields laid over the preset pointrend-r50."""


@dataclass(frozen=True)
class Mapped:
    """What it takes to prepare a picture.  ms: of CPU time.  mask_bytes, picture_bytes: what the network is handed."""

    ms: float
    mask_bytes: float
    picture_bytes: float


@dataclass(frozen=True)
class Step:
    """What a training step took, in seconds.  cpu: of all threads.  waited: for the data, of `wall`."""

    cpu: float
    wall: float
    waited: float


class Trainer(Protocol):
    """One side of the comparison."""

    def mapped(self, way: str) -> Mapped:
        """Prepare every picture once at its own size, in one of the side's ways."""

    def step(self) -> Step:
        """Take one training step, the preparation of its pictures included."""


class Side:
    """One side in its process, as long as the `with` block lasts."""

    def __init__(self, name: str, folder: Path, device: str, overrides: Overrides) -> None:
        self._asking, answering = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_serve, args=(answering, name, folder, device, overrides))

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._asking.close()
        self._process.join()

    def mapped(self, way: str) -> Mapped:
        """Ask for `Trainer.mapped`."""
        found: Mapped = self._ask("mapped", way)
        return found

    def step(self) -> Step:
        """Ask for `Trainer.step`."""
        found: Step = self._ask("step")
        return found

    def memory_mb(self) -> float:
        """Return the most memory that the process has held, of the GPU if it uses one."""
        return float(self._ask("memory"))

    def _ask(self, *question: str) -> Any:
        self._asking.send(question)
        answer = self._asking.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(questions: Connection, name: str, folder: Path, device: str, overrides: Overrides) -> None:
    trainer: Trainer = import_module(f"train.{name}").build(folder, device, overrides)
    answers: dict[str, Callable[..., Any]] = {
        "mapped": trainer.mapped,
        "step": trainer.step,
        "memory": partial(_most_mb, device),
    }
    with suppress(EOFError):
        while True:
            question, *details = questions.recv()
            questions.send(answers[question](*details))


def _most_mb(device: str) -> float:
    if device == "cuda":
        import torch

        return torch.cuda.max_memory_allocated() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def timed(call: Callable[[], float]) -> Step:
    """Time a step.  call: takes it, and returns for how long it has waited for data."""
    wall, cpu = time.perf_counter(), time.process_time()
    waited = call()
    return Step(time.process_time() - cpu, time.perf_counter() - wall, waited)
