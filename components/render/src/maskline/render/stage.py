"""The render stage as one call: plan, the work of every shard, seal."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache

from maskline.contract.artifact import Artifact, find_sealed, units_done
from maskline.contract.log import event
from maskline.contract.stage.attempts import end_with_parent
from maskline.contract.store import Store, open_store
from maskline.render.config import RenderConfig
from maskline.render.drawing import work
from maskline.render.plan import Plan, Shard, make_plan
from maskline.render.sealing import seal

Progress = Callable[[int, int], None]
"""Told how many samples are drawn, and how many there will be."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One shard's work in another process."""

    plan_json: str
    shard: str
    store_uri: str

    def __call__(self) -> None:
        plan, store = _opened(self.plan_json, self.store_uri)
        work(plan, self.shard, store)


@lru_cache(maxsize=1)
def _opened(plan_json: str, store_uri: str) -> tuple[Plan, Store]:
    """Read the plan and open the store, once for all shards that this process draws."""
    return Plan.model_validate_json(plan_json), open_store(store_uri)


def run(config: RenderConfig, store: Store, workers: int = 1, progress: Progress | None = None) -> Artifact:
    """Draw a dataset, or find it.  The bytes are the same for any number of `workers`, local processes.

    progress: called before the first shard and after each, with what an earlier run has drawn counted; not at all if
    the dataset is sealed.  Interrupted, it goes on where it was when called again.  Raises InvalidInput, NotFound,
    EmptySplit.
    """
    plan = make_plan(config)
    if not find_sealed(store, "dataset", config.preset, plan.id):
        draw_missing(plan, plan.shards(), store, workers, progress or _nobody)
    return seal(plan, store)


def draw_missing(plan: Plan, shards: Sequence[Shard], store: Store, workers: int, progress: Progress) -> None:
    """Draw those of `shards` that have no receipt, with `workers` local processes.

    progress: told of samples of these shards, those that were drawn before counted.
    """
    done = units_done(store, plan.id)
    missing = [shard for shard in shards if shard.name not in done]
    samples = sum(shard.samples for shard in shards)
    drawn = samples - sum(shard.samples for shard in missing)
    progress(drawn, samples)
    some_at_once = workers > 1 and len(missing) > 1
    for shard in _in_parallel(plan, missing, store.uri, workers) if some_at_once else _in_turn(plan, missing, store):
        drawn += shard.samples
        progress(drawn, samples)


def _in_turn(plan: Plan, shards: Sequence[Shard], store: Store) -> Iterator[Shard]:
    for shard in shards:
        work(plan, shard.name, store)
        yield shard


def _in_parallel(plan: Plan, shards: Sequence[Shard], store_uri: str, workers: int) -> Iterator[Shard]:
    """Do all work, or raise the first failure without starting more; yield each shard when it is drawn."""
    context = multiprocessing.get_context("spawn")  # a forked process would inherit locks of threads it does not have
    plan_json = plan.model_dump_json()
    pool = ProcessPoolExecutor(min(workers, len(shards)), context, end_with_parent, (os.getpid(),))
    try:
        futures = {pool.submit(_Job(plan_json, shard.name, store_uri)): shard for shard in shards}
        for future in as_completed(futures):
            fault = future.exception()
            if fault:
                event("render.shard_failed", shard=futures[future].name, reason=type(fault).__name__)
                raise fault
            yield futures[future]
    finally:
        pool.shutdown(cancel_futures=True)


def _nobody(drawn: int, samples: int) -> None:
    """Tell nobody."""
