"""The predict stage: what every caller, a pod, the local runner or a test, asks for."""

import time
from collections.abc import Callable, Sequence

from maskline.contract.artifact import Artifact, adopt, units_done
from maskline.contract.cores import wait_passively
from maskline.contract.errors import NotFound
from maskline.contract.log import event
from maskline.contract.stage.parts import part_of, parts
from maskline.contract.store import Store
from maskline.predict.plan import Plan, sealed
from maskline.predict.sealing import seal
from maskline.predict.work import Worker


def run(plan: Plan, store: Store) -> Artifact:
    """Predict everything that is planned and seal it, or return what is sealed already.

    Interrupted, it goes on with the first shard that has no receipt when called again.
    Raises Corrupt when files are not what they should be, Changed when a picture is no longer what was listed,
    InvalidInput when not one picture can be read.
    """
    _predict(plan, plan.shards, store)
    return seal(plan, store)


def begin(
    plan: Plan, store: Store, clock: Callable[[], float] = time.perf_counter
) -> tuple[Artifact | None, list[str]]:
    """Predict everything that is planned, or the first shard only and hand out the parts of what is worth many pods.

    How much it is, the first shard that is not done yet tells: others take as long.
    clock: seconds.  Returns the sealed predictions, or None and the parts.
    """
    left = _left(plan, plan.shards, store)
    if sealed(plan, store) or len(left) < 2:
        return run(plan, store), []
    worker = _worker(plan, store, len(left))
    started = clock()
    worker.predict(left[0])
    seconds = (clock() - started) * (len(left) - 1)
    handed_out = parts(plan.count, seconds)
    if len(handed_out) > 1:
        event("predict.handed_out", shards=len(left) - 1, parts=len(handed_out), seconds_in_one_pod=seconds)
        return None, handed_out
    _predict(plan, left[1:], store, worker)
    return seal(plan, store), []


def work(plan: Plan, part: str, store: Store) -> None:
    """Predict those shards of a part that are not done, and seal the predictions if no other part has any left.

    Of parts that end at the same moment each may seal: the first one's manifest holds.
    """
    _predict(plan, part_of(plan.shards, part), store)
    if adopt(store, "predictions", plan.name, plan.id) is None and not _left(plan, plan.shards, store):
        seal(plan, store)


def _predict(plan: Plan, shards: Sequence[str], store: Store, worker: Worker | None = None) -> None:
    if sealed(plan, store):
        return
    missing = _left(plan, shards, store)
    if not missing:
        return
    worker = worker or _worker(plan, store, len(missing))
    try:
        for number, shard in enumerate(missing, 1):
            worker.predict(shard)
            event("predict.progress", shards=number, of=len(missing))
    except NotFound:
        if not sealed(plan, store):  # another run may have sealed, and cleared the list of pictures, since we looked
            raise


def _left(plan: Plan, shards: Sequence[str], store: Store) -> list[str]:
    done = units_done(store, plan.id)
    return [shard for shard in shards if shard not in done]


def _worker(plan: Plan, store: Store, shards: int) -> Worker:
    wait_passively()
    event("predict.start", checkpoint=plan.checkpoint, on=plan.place, shards=shards)
    return Worker(plan, store)
