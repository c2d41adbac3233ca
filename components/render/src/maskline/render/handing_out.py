"""Drawing that one pod begins: it draws what is worth one pod, and hands out the parts of a larger dataset."""

import time
from collections.abc import Callable
from typing import NamedTuple

from maskline.contract.artifact import Artifact, adopt, units_done
from maskline.contract.log import event
from maskline.contract.stage.parts import part_of, parts
from maskline.contract.store import Store
from maskline.render.drawing import opened, work
from maskline.render.plan import Plan
from maskline.render.sealing import seal
from maskline.render.stage import Progress, draw_missing


class Begun(NamedTuple):
    """What the first pod came to."""

    dataset: Artifact | None
    """Sealed, unless parts are left."""
    parts: list[str]
    """Of the plan's shards, for others to draw."""


def begin(
    plan: Plan, store: Store, workers: int, progress: Progress, clock: Callable[[], float] = time.perf_counter
) -> Begun:
    """Draw a dataset, or find it sealed, or draw its first shard and hand out the parts of a large one.

    How large it is, the first shard that is not drawn yet tells: others take as long.
    clock: seconds.
    """
    if sealed := adopt(store, "dataset", plan.config.preset, plan.id):
        event("render.sealed_already", uri=sealed.uri)
        return Begun(sealed, [])
    shards = plan.shards()
    left = [shard for shard in shards if shard.name not in units_done(store, plan.id)]
    if left:
        opened(plan)  # what every process does once is no measure of a shard
        started = clock()
        work(plan, left[0].name, store)
        seconds = (clock() - started) * (len(left) - 1) / workers
        handed_out = parts(len(shards), seconds)
        if len(handed_out) > 1:
            event("render.handed_out", shards=len(left) - 1, parts=len(handed_out), seconds_in_one_pod=seconds)
            return Begun(None, handed_out)
    draw_missing(plan, shards, store, workers, progress)
    return Begun(seal(plan, store), [])


def draw_part(plan: Plan, part: str, store: Store, workers: int, progress: Progress) -> Artifact | None:
    """Draw those shards of a part that are not drawn yet, and seal the dataset if no other part has any left.

    Of parts that end at the same moment each may seal: the first one's manifest holds.
    """
    if sealed := adopt(store, "dataset", plan.config.preset, plan.id):
        event("render.sealed_already", uri=sealed.uri)
        return sealed
    shards = plan.shards()
    draw_missing(plan, part_of(shards, part), store, workers, progress)
    if all(shard.name in units_done(store, plan.id) for shard in shards):
        return seal(plan, store)
    return adopt(store, "dataset", plan.config.preset, plan.id)  # others drew our shards, too, and have sealed
