"""The training itself, top to bottom: one process's share of it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

from maskline.contract.kind.training import training_of
from maskline.train import job as names
from maskline.train.job import Job
from maskline.train.keep.checkpointing import Checkpointer
from maskline.train.learn.finite import diverged, require_finite
from maskline.train.learn.trainer import Trainer
from maskline.train.learn.validation import validate
from maskline.train.processes.faults import Stopped
from maskline.train.processes.group import ProcessGroup
from maskline.train.processes.scratch import writing
from maskline.train.processes.stopping import Stop
from maskline.train.progress import Progress
from maskline.train.read.batches import Batch, Batches, moved_to
from maskline.train.read.cache import Cache
from maskline.train.read.loader import prepared
from maskline.train.read.staged import StagedSplit
from maskline.train.tell.figures import summary
from maskline.train.tell.tensorboard import events


def train(job: Job, group: ProcessGroup, stop: Stop) -> None:
    """Train as one process among others, and leave the checkpoint's files in the job's folder.

    Nothing is left there if another trainer sealed it meanwhile.
    Raises Stopped after the step in which one of the processes was asked to stop, Diverged when the loss or the weights
    are no numbers any more.
    """
    split = StagedSplit(job.folder / names.TRAIN)
    config = training_of(job.record).settled(job.config, job.categories, split)
    job = job.model_copy(update={"config": config})
    trainer = Trainer(job, group)
    val = StagedSplit(job.folder / names.VAL) if config.validation_images else None
    _introduce(trainer, job, len(split))
    checkpointer = Checkpointer(job, trainer) if group.first else None
    cache = Cache(split, job.folder / names.CACHE, trainer.learner)
    batches = Batches(cache, config, trainer.learner, group)
    if val and trainer.journal.latest("validation").get("step") != trainer.step:  # it was interrupted
        _validate_if_due(trainer, val, stop)
        _stop_if_asked(trainer, checkpointer, stop)
    progress = Progress(trainer)
    for batch in progress.awaiting(prepared(batches, trainer.step, job.workers, pinned=group.pins)):
        with _numbers(trainer, batch):
            losses = trainer.descend([moved_to(item, group.device) for item in batch.items])
            progress.add(losses, batch.image_ids)
            if val:
                with progress.pausing():
                    _validate_if_due(trainer, val, stop)
            _stop_if_asked(trainer, checkpointer, stop)
            if trainer.step == config.steps:
                require_finite(trainer.sealable.state_dict())
            elif checkpointer:
                with progress.pausing():
                    checkpointer.keep_when_due()
                if checkpointer.beaten:
                    return
    if checkpointer:
        checkpointer.finish()  # nothing may be written to the store after it is sealed
        _leave_files(trainer, job)


@contextmanager
def _numbers(trainer: Trainer, batch: Batch) -> Iterator[None]:
    """Tell of a step that came to what is no number which step it was, and what it saw."""
    step = trainer.step + 1
    try:
        yield
    except FloatingPointError as fault:  # how detectron2 puts it
        raise diverged(trainer.config, step, str(fault), batch.image_ids) from None


def _stop_if_asked(trainer: Trainer, checkpointer: Checkpointer | None, stop: Stop) -> None:
    """Raise Stopped on all processes when one was asked to stop, after the first has kept a last state."""
    if trainer.group.any(stop.asked):
        fate = trainer.group.broadcast(checkpointer.keep_last(stop.left_s) if checkpointer else "")
        raise Stopped(f"training was asked to stop (SIGTERM) at step {trainer.step} of {trainer.config.steps}: {fate}")


def _introduce(trainer: Trainer, job: Job, pictures: int) -> None:
    figures = {
        "device": trainer.group.device.type,
        "processes": trainer.group.size,
        "precision": trainer.precision,
        "parameters": sum(parameter.numel() for parameter in trainer.network.parameters()),
        "pictures": pictures,
        "steps": job.config.steps,
        "batch": job.config.batch_images,
    }
    trainer.journal.note("begin", figures)


def _validate_if_due(trainer: Trainer, val: StagedSplit, stop: Stop) -> None:
    """Score what would be sealed now, on all processes together; in vain if one of them is asked to stop."""
    config = trainer.config
    if not trainer.step or (trainer.step < config.steps and trainer.step % config.validation_period_steps):
        return
    start = time.monotonic()
    trainer.group.agree(trainer.sealable.buffers())  # running statistics are each one's own; the first's count
    scores = validate(trainer.learner, trainer.sealable, val, trainer.group, stop)
    if trainer.group.any(stop.asked):
        return
    figures = {"step": trainer.step, **scores, "pictures": len(val), "seconds": round(time.monotonic() - start, 1)}
    trainer.journal.note("validation", figures)


def _leave_files(trainer: Trainer, job: Job) -> None:
    """Write the files of the checkpoint.

    The weights are those of the last step: with a rate that falls to the end, no earlier ones were seen to be better.
    """
    told = {
        "step": trainer.step,
        "dataset": job.dataset,
        "config": job.config.model_dump(mode="json"),
        "processes": trainer.group.size,
        "device": trainer.group.device.type,
        "precision": trainer.precision,
        "figures": summary(trainer.journal.lines, job.config.batch_images),
    }
    contents = {
        names.WEIGHTS: trainer.learner.weights(trainer.sealable),
        names.SPEC: trainer.spec.to_yaml().encode(),
        names.SUMMARY: json.dumps(told, indent=2).encode(),
        names.LOG: trainer.journal.text.encode(),
        names.EVENTS: events(trainer.journal.lines),
    }
    with writing("the checkpoint", job.folder):
        for name, data in contents.items():
            (job.folder / name).parent.mkdir(exist_ok=True)
            (job.folder / name).write_bytes(data)
