"""The training itself, top to bottom: one process's share of it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from maskline.train import job as names
from maskline.train.batches import Batch, Batches, moved_to
from maskline.train.cache import Cache
from maskline.train.faults import Stopped, diverged
from maskline.train.figures import summary
from maskline.train.finite import require_finite
from maskline.train.job import Job
from maskline.train.keeper import Keeper
from maskline.train.loader import prepared
from maskline.train.place import Place
from maskline.train.progress import Progress
from maskline.train.scratch import writing
from maskline.train.spool import Spool
from maskline.train.stopping import Stop
from maskline.train.tensorboard import events
from maskline.train.training import Training
from maskline.train.validation import validate


def train(job: Job, place: Place, stop: Stop) -> None:
    """Train as one process among others, and leave the checkpoint's files in the job's folder.

    Nothing is left there if another trainer sealed it meanwhile.
    Raises Stopped after the step in which one of the processes was asked to stop, Diverged when the loss or the weights
    are no numbers any more.
    """
    config = job.config
    training = Training(job, place)
    spool = Spool(job.folder / names.TRAIN)
    val = Spool(job.folder / names.VAL) if config.validation_images else None
    _introduce(training, job, len(spool))
    keeper = Keeper(job, training) if place.first else None
    cache = Cache(spool, job.folder / names.CACHE, training.learner)
    batches = Batches(cache, config, training.learner, place)
    if val and training.journal.latest("validation").get("step") != training.step:  # it was interrupted
        _validate_if_due(training, val, stop)
        _stop_if_asked(training, keeper, stop)
    progress = Progress(training)
    for batch in progress.awaiting(prepared(batches, training.step, job.workers, pinned=place.pins)):
        with _numbers(training, batch):
            losses = training.descend([moved_to(item, place.device) for item in batch.items])
            progress.add(losses, batch.image_ids)
            if val:
                with progress.pausing():
                    _validate_if_due(training, val, stop)
            _stop_if_asked(training, keeper, stop)
            if training.step == config.steps:
                require_finite(training.sealable.state_dict())
            elif keeper:
                with progress.pausing():
                    keeper.keep_when_due()
                if keeper.beaten:
                    return
    if keeper:
        keeper.finish()  # nothing may be written to the store after it is sealed
        _leave_files(training, job)


@contextmanager
def _numbers(training: Training, batch: Batch) -> Iterator[None]:
    """Tell of a step that came to what is no number which step it was, and what it saw."""
    step = training.step + 1
    try:
        yield
    except FloatingPointError as fault:  # how detectron2 puts it
        raise diverged(training.config, step, str(fault), batch.image_ids) from None


def _stop_if_asked(training: Training, keeper: Keeper | None, stop: Stop) -> None:
    """Raise Stopped on all processes when one was asked to stop, after the first has kept a last state."""
    if training.place.any(stop.asked):
        fate = training.place.share(keeper.keep_last(stop.left_s) if keeper else "")
        raise Stopped(
            f"training was asked to stop (SIGTERM) at step {training.step} of {training.config.steps}: {fate}"
        )


def _introduce(training: Training, job: Job, pictures: int) -> None:
    figures = {
        "device": training.place.device.type,
        "processes": training.place.size,
        "precision": training.precision,
        "parameters": sum(parameter.numel() for parameter in training.network.parameters()),
        "pictures": pictures,
        "steps": job.config.steps,
        "batch": job.config.batch_images,
    }
    training.journal.note("begin", figures)


def _validate_if_due(training: Training, val: Spool, stop: Stop) -> None:
    """Score what would be sealed now, on all processes together; in vain if one of them is asked to stop."""
    config = training.config
    if not training.step or (training.step < config.steps and training.step % config.validation_period_steps):
        return
    start = time.monotonic()
    training.place.agree(training.sealable.buffers())  # running statistics are each one's own; the first's count
    scores = validate(training.learner, training.sealable, val, training.place, stop)
    if training.place.any(stop.asked):
        return
    figures = {"step": training.step, **scores, "pictures": len(val), "seconds": round(time.monotonic() - start, 1)}
    training.journal.note("validation", figures)


def _leave_files(training: Training, job: Job) -> None:
    """Write the files of the checkpoint.

    The weights are those of the last step: with a rate that falls to the end, no earlier ones were seen to be better.
    """
    told = {
        "step": training.step,
        "dataset": job.dataset,
        "config": job.config.model_dump(mode="json"),
        "processes": training.place.size,
        "device": training.place.device.type,
        "precision": training.precision,
        "figures": summary(training.journal.lines, job.config.batch_images),
    }
    contents = {
        names.WEIGHTS: training.learner.weights(training.sealable),
        names.SPEC: training.spec.to_yaml().encode(),
        names.SUMMARY: json.dumps(told, indent=2).encode(),
        names.LOG: training.journal.text.encode(),
        names.EVENTS: events(training.journal.lines),
    }
    with writing("the checkpoint", job.folder):
        for name, data in contents.items():
            (job.folder / name).parent.mkdir(exist_ok=True)
            (job.folder / name).write_bytes(data)
