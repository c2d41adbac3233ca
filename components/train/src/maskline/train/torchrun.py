"""Training as one of the processes that torchrun has started, perhaps on several machines.

On each machine one fetches the data, and the others read it there; machines share nothing but the store and the network
between them. Only the first of all writes to the store; the others wait until it has sealed, and adopt what it did.
"""

import os
import sys
import traceback
from collections.abc import Callable

from maskline.contract.artifact import Artifact, adopt
from maskline.contract.errors import InvalidInput, MasklineError
from maskline.contract.stage.attempts import FAILED
from maskline.contract.store import Store
from maskline.train import job as names
from maskline.train.job import Job
from maskline.train.keep import resume
from maskline.train.processes.faults import ProcessLost, Stopped
from maskline.train.processes.launch import NAMES
from maskline.train.processes.scratch import writing
from maskline.train.processes.stopping import Stop, on_sigterm


def invited() -> bool:
    """Say whether somebody has given this process a place among others, as torchrun does."""
    return os.environ.keys() >= set(NAMES)


def require_room(job: Job) -> None:
    """Raise InvalidInput unless every process has an equal part of the batch, and a GPU if there are any."""
    _, size, _, beside = (int(os.environ[name]) for name in NAMES)
    config = job.config
    if config.batch_images % (size * config.accumulate):
        parts = f"{size}, the processes of torchrun, times accumulate = {config.accumulate}"
        raise InvalidInput(f"batch_images = {config.batch_images} must be a multiple of {parts}")
    if 0 < job.gpus < beside:
        raise InvalidInput(
            f"torchrun has started {beside} processes on a machine with {job.gpus} GPUs: one each at most"
        )


def beside(job: Job) -> int:
    """Return how many training processes this machine has."""
    return int(os.environ["LOCAL_WORLD_SIZE"]) if invited() else job.processes


def fetches() -> bool:
    """Say whether this process is the one that fetches the data for all on its machine."""
    return os.environ["LOCAL_RANK"] == "0"


def take_part(job: Job, store: Store, seal: Callable[[], Artifact]) -> Artifact:
    """Train with the others, from the state that the first one finds, and return what the first one seals.

    Raises ProcessLost when the others are gone, or it fails itself in a way that nobody expected; Stopped when one of
    them was asked to stop.
    """
    try:
        return _trained(job, store, seal)
    except (MasklineError, OSError):
        raise
    except Exception as fault:
        traceback.print_exc(file=sys.stderr)
        raise ProcessLost(f"training failed: {type(fault).__name__}: {fault}") from fault


def _trained(job: Job, store: Store, seal: Callable[[], Artifact]) -> Artifact:
    from maskline.train.loop import train
    from maskline.train.processes.group import join

    group = join(job.gpus)
    try:
        folders = group.all_gather(job.folder)
        if not fetches():  # torchrun numbers processes machine by machine
            first = folders[group.rank - int(os.environ["LOCAL_RANK"])]
            (job.folder / names.DATA).symlink_to(first / names.DATA)
        if state := group.broadcast(resume.fetch(store, job.id) if group.first else None):
            with writing("the state to go on from", job.folder):
                (job.folder / names.RESUME).write_bytes(state)
        stop = Stop()
        with on_sigterm(stop.ask):
            train(job, group, stop)
        artifact = seal() if group.first else None
        if (job.folder / names.SUMMARY).exists() or not group.first:  # else another trainer was faster: leave at once
            group.barrier()
    except Stopped:
        if not group.first:  # which tells it for all
            raise SystemExit(FAILED) from None
        raise
    finally:
        group.leave()
    artifact = artifact or adopt(store, "checkpoint", job.config.name, job.id)
    if artifact is None:
        raise ProcessLost("the first process has sealed nothing")
    return artifact
