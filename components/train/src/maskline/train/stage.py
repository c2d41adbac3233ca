"""The stage: a sealed dataset and a config in, a sealed checkpoint out.

This process does not import torch. It finds a sealed checkpoint in milliseconds; else it fetches the data while the
training processes load their libraries, watches them, and seals what they leave. Only where torchrun has started it
among others, perhaps on several machines, it starts none and trains itself.
"""

import json
import uuid
from contextlib import closing
from pathlib import Path

from maskline.contract.artifact import Artifact, Manifest, adopt, place, seal, write_file
from maskline.contract.errors import FolderUnavailable, MasklineError
from maskline.contract.identity import stage_id
from maskline.contract.kind.training import Training, TrainingConfig, training_of
from maskline.contract.log import event
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.contract.store.conditions import require_conditions
from maskline.train import job as names
from maskline.train.inputs import StartingWeights, TrainInputs, open_dataset, open_weights
from maskline.train.job import Job
from maskline.train.keep import resume
from maskline.train.processes.faults import Diverged, Stopped
from maskline.train.processes.launch import started
from maskline.train.processes.machine import gpus, workers_for
from maskline.train.processes.scratch import local_folder, writing
from maskline.train.processes.stopping import leave, on_sigterm
from maskline.train.read.staged import StagedSplit, fetch
from maskline.train.torchrun import beside, fetches, invited, require_room, take_part

MODULES = ("maskline.contract", "maskline.train")
LIBRARIES = ("numpy", "torch")


def run(config: TrainingConfig, inputs: TrainInputs, store: Store) -> Artifact:
    """Train a network, or find the one that the same config and inputs have made before.

    Resume state lives under `work/<id>/` of the store: after an interruption the same call goes on where it was.
    Raises InvalidInput, NotFound, NotSealed, EmptySplit or CategoryMismatch before a picture is read; Corrupt for
    damaged data; ProcessLost, Stopped or Diverged from the training itself; FolderUnavailable for a full disk, too.
    """
    dataset = open_dataset(inputs.dataset, config)
    kind = training_of(dataset.manifest.of)
    spec = kind.spec(config, dataset.manifest.categories)
    starting = open_weights(inputs.starting_weights, kind, spec, dataset.uri)
    sources = {"dataset": dataset.uri} | ({"starting_weights": starting.source} if starting else {})
    key = stage_id("train", (*MODULES, *kind.modules), (*LIBRARIES, *kind.libraries), config, sources)
    if sealed := adopt(store, "checkpoint", config.name, key):
        event("train.sealed_already", uri=sealed.uri)
        return sealed
    require_conditions(store)  # before hours of work
    try:
        with on_sigterm(_leave), local_folder() as folder:
            job = _job(config, dataset, starting, key, folder, store)
            if invited():
                require_room(job)
                if fetches():
                    _fetch_inputs(job, kind, Dataset(dataset), starting)
                return take_part(job, store, lambda: _sealed(job, sources, store))
            _train(job, kind, Dataset(dataset), starting, store)
            return _sealed(job, sources, store)
    except Stopped:
        raise
    except (MasklineError, OSError) as fault:
        if sealed := adopt(store, "checkpoint", config.name, key):  # somebody was faster, and cleared our state
            return sealed
        if isinstance(fault, OSError):
            raise FolderUnavailable(f"training cannot use its local folder: {fault}") from fault
        if isinstance(fault, Diverged):
            raise Diverged(f"{fault}. {_what_is_left(store, key)}") from None
        raise


def _leave() -> None:
    leave("training was asked to stop (SIGTERM) while it got ready; the same call goes on from the last state kept")


def _what_is_left(store: Store, key: str) -> str:
    step = resume.kept_step(store, key)
    return f"The state of step {step} is kept" if step else "No state was kept yet"


def _job(
    config: TrainingConfig, dataset: Artifact, starting: StartingWeights | None, key: str, folder: Path, store: Store
) -> Job:
    job = Job(
        record=dataset.manifest.of,
        config=config,
        categories=dataset.manifest.categories,
        dataset=dataset.uri,
        id=key,
        attempt=uuid.uuid4().hex[:12],
        store=store.uri,
        folder=folder,
        starting_weights=starting.name if starting else "",
        gpus=gpus(),
    )
    return job.model_copy(update={"workers": workers_for(job.gpus, beside(job))})


def _train(job: Job, kind: Training, dataset: Dataset, starting: StartingWeights | None, store: Store) -> None:
    """Train in processes of their own, which fill the job's folder.  Their libraries load while the data arrives."""
    with started("maskline.train.rank", job.processes, job.folder) as ranks:
        _fetch_inputs(job, kind, dataset, starting)
        if state := resume.fetch(store, job.id):
            with writing("the state to go on from", job.folder):
                (job.folder / names.RESUME).write_bytes(state)
        ranks.tell(job)
        ranks.join()


def _fetch_inputs(job: Job, kind: Training, dataset: Dataset, starting: StartingWeights | None) -> None:
    with writing(f"pictures of {dataset.artifact.uri}", job.folder):
        fetch(dataset, "train", job.folder / names.TRAIN, kind)
        with closing(StagedSplit(job.folder / names.TRAIN)) as samples:
            for remark in kind.remarks(job.config, job.categories, samples):
                event("train.remark", remark=remark)
        if job.config.validation_images:
            fetch(dataset, "val", job.folder / names.VAL, kind, job.config.validation_images)
    if starting:
        with writing("the starting weights", job.folder):
            (job.folder / starting.name).write_bytes(starting.data)


def _sealed(job: Job, sources: dict[str, str], store: Store) -> Artifact:
    """Seal what the processes left, or adopt what another trainer has sealed."""
    if not (job.folder / names.SUMMARY).exists():  # the processes saw that another trainer had sealed this checkpoint
        sealed = adopt(store, "checkpoint", job.config.name, job.id)
        assert sealed is not None  # noqa: S101 - that is the one reason to stop early
        return sealed
    contents = {name: (job.folder / name).read_bytes() for name in names.CHECKPOINT}
    with on_sigterm(lambda: None):  # to finish takes less of the grace period than to do the last steps again
        return _seal(job, sources, contents, store)


def _seal(job: Job, sources: dict[str, str], contents: dict[str, bytes], store: Store) -> Artifact:
    prefix = place("checkpoint", job.config.name, job.id)
    manifest = Manifest(
        kind="checkpoint",
        record=job.record,
        name=job.config.name,
        id=job.id,
        stage="train",
        categories=job.categories,
        config=job.config.model_dump(mode="json"),
        inputs=sources,
        files={name: write_file(store, prefix, name, data) for name, data in contents.items()},
        figures=json.loads(contents[names.SUMMARY])["figures"],
    )
    artifact = seal(store, manifest)
    event("train.sealed", uri=artifact.uri)
    return artifact
