"""Sealing an import: every shard's receipt, one preview, one manifest."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from maskline.contract.artifact import Artifact, Manifest, Receipt, adopt, read_receipts
from maskline.contract.artifact import seal as seal_manifest
from maskline.contract.errors import NotFound
from maskline.contract.kind.exchange import LISTED
from maskline.contract.log import event
from maskline.contract.preview.preview import Preview
from maskline.contract.store import Store
from maskline.render.plan import Shard
from maskline.render.writing import first_samples, write_preview


def seal(manifest: Manifest, shards: Sequence[Shard], remarks: Sequence[str], store: Store) -> Artifact:
    """Seal the dataset, or adopt it if another import has sealed it since.

    manifest: all but files and figures.  Raises NotFound naming the first shard that has no receipt.
    """
    try:
        receipts = read_receipts(store, manifest.id, [shard.name for shard in shards])
    except NotFound:
        if sealed := adopt(store, "dataset", manifest.name, manifest.id):  # sealing clears the receipts
            return sealed
        raise
    files = {name: entry for receipt in receipts.values() for name, entry in receipt.files.items()}
    splits = _splits(shards, receipts)
    first = first_samples(store, manifest.prefix, shards[0].name, files)
    files |= write_preview(store, manifest.prefix, Preview(first, manifest.categories, manifest.of), splits)
    figures = {
        "splits": splits,
        "shards": {name: receipt.figures for name, receipt in receipts.items()},
        "remarks": {"count": len(remarks), "listed": remarks[:LISTED]},
    }
    artifact = seal_manifest(store, manifest.model_copy(update={"files": files, "figures": figures}))
    event("dataset.sealed", uri=artifact.uri, samples=sum(shard.samples for shard in shards))
    return artifact


def _splits(shards: Sequence[Shard], receipts: dict[str, Receipt]) -> dict[str, Any]:
    splits: dict[str, Any] = {}
    for shard in shards:
        figures = receipts[shard.name].figures
        split = splits.setdefault(shard.split, {"samples": 0, "crowds": 0, "instances": Counter()})
        split["samples"] += figures["samples"]
        split["crowds"] += figures["crowds"]
        split["instances"].update(figures["instances"])
    return splits
