"""The training itself, top to bottom: one process's share of it."""

import json
import time

from maskline.contract.artifact import find_sealed
from maskline.contract.store import Store, open_store
from maskline.model import weights
from maskline.train import job as names
from maskline.train import resume
from maskline.train.batches import Batches
from maskline.train.cache import Cache
from maskline.train.data import moved_to
from maskline.train.figures import summary
from maskline.train.job import Job
from maskline.train.loader import prepared, workers_for
from maskline.train.place import Place
from maskline.train.progress import Progress
from maskline.train.spool import Spool
from maskline.train.tensorboard import events
from maskline.train.training import Training
from maskline.train.validation import validate


def train(job: Job, place: Place) -> None:
    """Train as one process among others, and leave the checkpoint's files in the job's folder.

    Nothing is left there if another trainer sealed it meanwhile.
    """
    config, store = job.config, open_store(job.store)
    training = Training(job, place)
    spool = Spool(job.folder / names.TRAIN)
    val = Spool(job.folder / names.VAL) if config.validation_images else None
    _introduce(training, job, len(spool))
    progress, saved_at = Progress(training), time.monotonic()
    batches = Batches(Cache(spool, job.folder / names.CACHE, training.spec), config, training.spec, place)
    pinned = place.device.type == "cuda"
    for batch in progress.awaiting(prepared(batches, training.step, workers_for(place), pinned=pinned)):
        losses = training.descend([moved_to(image, place.device) for image in batch.images])
        progress.add(losses, batch.image_ids)
        last = training.step == config.steps
        if val and (last or training.step % config.validation_period_steps == 0):
            with progress.pausing():
                _validate(training, val)
        if place.first and not last and time.monotonic() - saved_at >= config.checkpoint_period_s:
            if find_sealed(store, "checkpoint", config.name, job.id):
                return
            progress.require_finite()
            with progress.pausing():
                _keep(training, job, store)
            saved_at = time.monotonic()
    if place.first:
        _leave_files(training, job)


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


def _validate(training: Training, val: Spool) -> None:
    """Score what would be sealed now, on all processes together."""
    start = time.monotonic()
    training.place.agree(training.sealable.buffers())  # running statistics are each one's own; the first's count
    scores = validate(training.sealable, training.spec, val, training.place)
    figures = {"step": training.step, **scores, "pictures": len(val), "seconds": round(time.monotonic() - start, 1)}
    training.journal.note("validation", figures)


def _keep(training: Training, job: Job, store: Store) -> None:
    state = training.state()
    resume.save(store, job.id, job.attempt, training.step, state)
    store.write(f"work/{job.id}/{names.EVENTS}", events(training.journal.lines))  # for who watches it while it grows
    training.journal.note("state_kept", {"step": training.step, "bytes": len(state)})


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
        names.WEIGHTS: weights.to_bytes(training.sealable),
        names.SPEC: training.spec.to_yaml().encode(),
        names.SUMMARY: json.dumps(told, indent=2).encode(),
        names.LOG: training.journal.text.encode(),
        names.EVENTS: events(training.journal.lines),
    }
    for name, data in contents.items():
        (job.folder / name).parent.mkdir(exist_ok=True)
        (job.folder / name).write_bytes(data)
