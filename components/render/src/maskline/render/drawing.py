"""The work of one shard: draw its samples, upload the pair, leave a receipt."""

import time
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np

from maskline.contract.artifact import Receipt, find_sealed, place, read_receipt, write_receipt
from maskline.contract.categories import CategoryTable
from maskline.contract.domain import Renderer
from maskline.contract.errors import Changed
from maskline.contract.log import event
from maskline.contract.shard import Sample
from maskline.contract.store import Store
from maskline.render.plan import Plan, Shard, domain_of
from maskline.render.writing import write_pair


def work(plan: Plan, name: str, store: Store) -> None:
    """Draw the shard `name` unless it has a receipt or the dataset is sealed.

    Raises Changed if what the samples are drawn from is not what was planned with, and what the renderer raises.
    """
    shard = plan.shard(name)
    if find_sealed(store, "dataset", plan.config.preset, plan.id) or read_receipt(store, plan.id, name):
        event("render.shard_done_already", shard=name)
        return
    started = time.process_time()
    samples, met = draw_shard(plan, shard)
    categories = categories_of(plan)
    files = write_pair(store, place("dataset", plan.config.preset, plan.id), name, samples, categories)
    figures = _figures(samples, categories) | met
    write_receipt(store, plan.id, name, Receipt(files=files, figures=figures))
    cpu_ms = (time.process_time() - started) * 1000 / len(samples)
    unusable = sum(not fault["usable"] for fault in met["faults"])
    event("render.shard_done", shard=name, samples=len(samples), cpu_ms_per_sample=cpu_ms, unusable=unusable)


def draw_shard(plan: Plan, shard: Shard) -> tuple[list[Sample], dict[str, Any]]:
    """Return a shard's samples, and the source's entries met that were not drawn: `faults`, `left_out`.

    Sample i is drawn from the dataset's seed and i alone, so it does not matter who draws the shard, or when.
    """
    renderer = opened(plan)
    seed = plan.config.seed
    samples = [renderer.draw(i, shard.split, np.random.default_rng([seed, i])) for i in range(shard.first, shard.stop)]
    return samples, {"faults": renderer.faults(), "left_out": renderer.left_out()}


def categories_of(plan: Plan) -> CategoryTable:
    """Return the category table of the plan's drawing."""
    domain = domain_of(plan.config)
    return domain.categories(domain.drawing(plan.config.preset, plan.drawing))


def opened(plan: Plan) -> Renderer:
    """Return the plan's renderer, opened once for all shards that this process draws.

    Raises Changed if what the samples are drawn from is not what was planned with.
    """
    return _renderer(plan.model_dump_json())


@lru_cache(maxsize=1)
def _renderer(plan_json: str) -> Renderer:
    plan = Plan.model_validate_json(plan_json)
    domain = domain_of(plan.config)
    drawing = domain.drawing(plan.config.preset, plan.drawing)
    for role, found in domain.sources(drawing).items():
        if found != plan.inputs[role]:
            raise Changed(f"{role} was {plan.inputs[role]} when the dataset was planned and now is {found}: plan again")
    return domain.open(drawing)


def _figures(samples: list[Sample], categories: CategoryTable) -> dict[str, Any]:
    counts = Counter(annotation["category_id"] for sample in samples for annotation in sample.annotations)
    return {
        "samples": len(samples),
        "groups": len({sample.image["group"] for sample in samples}),
        "instances": {category.name: counts[category.id] for category in categories.categories},
    }
