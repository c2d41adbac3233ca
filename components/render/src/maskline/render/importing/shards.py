"""The samples of an import in shards, each written once: files and labels, then a receipt."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.artifact import Receipt, place, read_receipt, write_receipt
from maskline.contract.categories import CategoryTable
from maskline.contract.kind.exchange import Stock
from maskline.contract.log import event
from maskline.contract.shard import Sample, shard_name
from maskline.contract.store import Store
from maskline.render.plan import Shard
from maskline.render.writing import write_pair


def shards_of(splits: Mapping[str, int], step: int) -> list[Shard]:
    """Return the shards of every split.  splits: name -> how many samples.  step: how many a shard holds."""
    return [
        Shard(shard_name(split, number), split, first, min(first + step, count))
        for split, count in splits.items()
        for number, first in enumerate(range(0, count, step))
    ]


def work(shard: Shard, stock: Stock, store: Store, name: str, key: str) -> None:
    """Write one shard unless it has a receipt."""
    if read_receipt(store, key, shard.name):
        return
    samples = list(stock.samples(shard.split, shard.first, shard.stop))
    files = write_pair(store, place("dataset", name, key), shard.name, samples, stock.categories)
    write_receipt(store, key, shard.name, Receipt(files=files, figures=_figures(samples, stock.categories)))
    event("dataset.shard_done", shard=shard.name, samples=len(samples))


def _figures(samples: Sequence[Sample], categories: CategoryTable) -> dict[str, Any]:
    annotations = [annotation for sample in samples for annotation in sample.annotations]
    instances = [annotation for annotation in annotations if not annotation.get("iscrowd")]
    counts = Counter(annotation["category_id"] for annotation in instances)
    return {
        "samples": len(samples),
        "groups": len({sample.image["group"] for sample in samples}),
        "instances": {category.name: counts[category.id] for category in categories.categories},
        "crowds": len(annotations) - len(instances),
    }
