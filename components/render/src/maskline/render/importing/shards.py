"""The pictures of an import in shards, each written once: pictures and labels, then a receipt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.artifact import Receipt, place, read_receipt, write_receipt
from maskline.contract.categories import CategoryTable
from maskline.contract.log import event
from maskline.contract.shard import Sample, shard_name
from maskline.contract.store import Store
from maskline.render.importing import pictures
from maskline.render.importing.inventory import Entry
from maskline.render.importing.labels import convert
from maskline.render.importing.mapping import Categories
from maskline.render.writing import write_pair

SAMPLES_PER_SHARD = 100


@dataclass(frozen=True)
class Shard:
    """Pictures of one split that are written together."""

    name: str
    split: str
    entries: Sequence[Entry]


def shards_of(entries: Sequence[Entry]) -> list[Shard]:
    """Return the shards of every split, in the order of the pictures."""
    shards = []
    for split in dict.fromkeys(entry.document.split for entry in entries):
        own = [entry for entry in entries if entry.document.split == split]
        for number, start in enumerate(range(0, len(own), SAMPLES_PER_SHARD)):
            shards.append(Shard(shard_name(split, number), split, own[start : start + SAMPLES_PER_SHARD]))
    return shards


def work(shard: Shard, categories: Categories, store: Store, name: str, key: str) -> None:
    """Write one shard unless it has a receipt."""
    if read_receipt(store, key, shard.name):
        return
    samples = [_sample(entry, categories) for entry in shard.entries]
    files = write_pair(store, place("dataset", name, key), shard.name, samples, categories.table)
    write_receipt(store, key, shard.name, Receipt(files=files, figures=_figures(samples, categories.table)))
    event("import.shard_done", shard=shard.name, samples=len(samples))


def _sample(entry: Entry, categories: Categories) -> Sample:
    annotations = convert(entry, categories, [], [])
    stem = entry.file_name.rpartition(".")[0]
    return Sample(stem, {"png": pictures.png(entry)}, pictures.record(entry), annotations)


def _figures(samples: Sequence[Sample], categories: CategoryTable) -> dict[str, Any]:
    annotations = [annotation for sample in samples for annotation in sample.annotations]
    counts = Counter(annotation["category_id"] for annotation in annotations if not annotation["iscrowd"])
    return {
        "samples": len(samples),
        "groups": len({sample.image["group"] for sample in samples}),
        "instances": {category.name: counts[category.id] for category in categories.categories},
        "crowds": sum(annotation["iscrowd"] for annotation in annotations),
    }
