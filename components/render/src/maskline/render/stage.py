"""The render stage as one call: plan, the work of every shard, seal."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from maskline.contract.artifact import Artifact, find_sealed
from maskline.contract.log import event
from maskline.contract.store import Store, open_store
from maskline.render.config import RenderConfig
from maskline.render.drawing import work
from maskline.render.plan import Plan, make_plan
from maskline.render.sealing import seal


@dataclass(frozen=True, slots=True)
class _Job:
    """One shard's work in another process, which opens the store for itself."""

    plan_json: str
    shard: str
    store_uri: str

    def __call__(self) -> None:
        work(Plan.model_validate_json(self.plan_json), self.shard, open_store(self.store_uri))


def run(config: RenderConfig, store: Store, workers: int = 1) -> Artifact:
    """Draw a dataset, or find it.  The bytes are the same for any number of `workers`, local processes.

    Interrupted, it goes on where it was when called again.  Raises InvalidInput, NotFound, EmptySplit.
    """
    plan = make_plan(config)
    if find_sealed(store, "dataset", config.preset, plan.id):
        return seal(plan, store)
    shards = [shard.name for shard in plan.shards()]
    if workers == 1:
        for shard in shards:
            work(plan, shard, store)
    else:
        _work_in_parallel([_Job(plan.model_dump_json(), shard, store.uri) for shard in shards], workers)
    return seal(plan, store)


def _work_in_parallel(jobs: list[_Job], workers: int) -> None:
    """Do all jobs, or raise the first one's failure without starting more."""
    context = multiprocessing.get_context("spawn")  # a forked process would inherit locks of threads it does not have
    with ProcessPoolExecutor(workers, context) as pool:
        futures = {pool.submit(job): job for job in jobs}
        for future in as_completed(futures):
            fault = future.exception()
            if fault:
                event("render.shard_failed", shard=futures[future].shard, reason=type(fault).__name__)
                pool.shutdown(wait=True, cancel_futures=True)
                raise fault
