"""States kept while the training goes on: a store that is away or full delays them, and never the training."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait

from maskline.contract.artifact import find_sealed
from maskline.contract.errors import MasklineError
from maskline.contract.log import event
from maskline.contract.store import open_store
from maskline.train import job as names
from maskline.train.job import Job
from maskline.train.keep import resume
from maskline.train.learn.trainer import Trainer
from maskline.train.tell.tensorboard import events

AGAIN_S = 10.0
"""From a failure to the next try."""
WAIT_S = 10.0
"""How long a training that keeps a state after every step waits for each."""


class Checkpointer:
    """What the first process keeps in the store: one state at a time, written by a thread of its own.

    beaten: whether another trainer has sealed the checkpoint meanwhile.
    """

    def __init__(self, job: Job, trainer: Trainer) -> None:
        self._job, self._trainer, self._store = job, trainer, open_store(job.store)
        self._period_s = job.config.checkpoint_period_s
        self._due_at = time.monotonic() + self._period_s
        self._kept_step = trainer.step  # nothing to keep, or what it was resumed from
        self._figures = {"step": trainer.step}  # of the state that is being written
        self._writing: Future[bool] | None = None
        self.beaten = False

    def keep_when_due(self) -> None:
        """Begin to keep the present state if the last one is old enough, and tell how that one went.

        Raises FloatingPointError for a state that no training could go on from.
        """
        self._settle(0)
        if self._writing is None and time.monotonic() >= self._due_at:
            self._begin()
            self._settle(0 if self._period_s else WAIT_S)

    def keep_last(self, within_s: float) -> str:
        """Keep the present state, and return what became of it, for people."""
        until = time.monotonic() + within_s
        self._settle(within_s)
        if self._writing is None and self._kept_step < self._trainer.step:
            self._begin()
            self._settle(until - time.monotonic())
        if self._kept_step == self._trainer.step:
            return "state kept, the same call goes on from there"
        last = f"the last one, of step {self._kept_step}" if self._kept_step else "the beginning"
        return f"its state could not be kept in {within_s:.0f} s, so the same call goes on from {last}"

    def finish(self) -> None:
        """Wait until nothing is being written any more."""
        self._settle(None)

    def _begin(self) -> None:
        trainer, job, store = self._trainer, self._job, self._store
        step, state, told = trainer.step, trainer.state(), events(trainer.journal.lines)
        self._figures = {"step": step, "bytes": len(state)}

        def write() -> bool:
            if find_sealed(store, "checkpoint", job.config.name, job.id):
                return True
            resume.save(store, job.id, job.attempt, step, state)
            store.write(f"work/{job.id}/{names.EVENTS}", told)  # for who watches the curves while they grow
            return False

        self._writing = _in_background(write)

    def _settle(self, within_s: float | None) -> None:
        """Wait for what is being written, and tell how it went.  within_s: None waits to the end."""
        if self._writing is None or self._writing not in wait([self._writing], within_s).done:
            return
        ended, self._writing = self._writing, None
        try:
            self.beaten = ended.result()
        except MasklineError as fault:
            event("train.state_not_kept", step=self._figures["step"], next_try_s=AGAIN_S, why=str(fault))
            self._due_at = time.monotonic() + AGAIN_S
            return
        self._kept_step, self._due_at = self._figures["step"], time.monotonic() + self._period_s
        if not self.beaten:
            self._trainer.journal.note("state_kept", self._figures)


def _in_background(work: Callable[[], bool]) -> "Future[bool]":
    """Do `work` in a thread that ends with this process, however long it still waits."""
    future: Future[bool] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except Exception as fault:  # noqa: BLE001 - whoever asks for the result is told
            future.set_exception(fault)

    threading.Thread(target=do, daemon=True).start()
    return future
