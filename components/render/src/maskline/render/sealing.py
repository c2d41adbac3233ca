"""Sealing: every shard's receipt, one preview, one manifest."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maskline.contract.artifact import Artifact, Manifest, Receipt, adopt, place, read_receipts
from maskline.contract.artifact import seal as seal_manifest
from maskline.contract.errors import NotFound
from maskline.contract.log import event
from maskline.contract.preview.preview import Preview
from maskline.contract.store import Store
from maskline.render.drawing import categories_of
from maskline.render.plan import STAGE, Plan, domain_of
from maskline.render.writing import first_samples, write_preview

LISTED_FAULTS = 100
MET = ("faults", "left_out")
"""Of a shard's figures, what is told of all shards together."""


def seal(plan: Plan, store: Store) -> Artifact:
    """Seal the dataset once every shard is drawn, or adopt it if it is sealed.

    Raises NotFound naming the first shard that has no receipt.
    """
    try:
        receipts = read_receipts(store, plan.id, [shard.name for shard in plan.shards()])
    except NotFound:
        if sealed := adopt(store, "dataset", plan.config.preset, plan.id):  # sealing clears the receipts
            event("render.sealed_already", uri=sealed.uri)
            return sealed
        raise
    files = {name: entry for receipt in receipts.values() for name, entry in receipt.files.items()}
    prefix, categories = place("dataset", plan.config.preset, plan.id), categories_of(plan)
    figures, record = _figures(plan, receipts), domain_of(plan.config).record
    shown = Preview(first_samples(store, prefix, plan.shards()[0].name, files), categories, record)
    files |= write_preview(store, prefix, shown, figures["splits"])
    manifest = Manifest(
        kind="dataset",
        record=record,
        name=plan.config.preset,
        id=plan.id,
        stage=STAGE,
        categories=categories,
        config=plan.config.model_dump(mode="json") | {"drawing": plan.drawing},
        inputs=plan.inputs,
        files=files,
        figures=figures,
    )
    artifact = seal_manifest(store, manifest)
    if not_drawn := _not_drawn(figures):
        event("render.not_drawn", **not_drawn)
    event("render.sealed", uri=artifact.uri, samples=plan.config.samples)
    return artifact


def _figures(plan: Plan, receipts: dict[str, Receipt]) -> dict[str, Any]:
    faults = [fault for receipt in receipts.values() for fault in receipt.figures["faults"]]
    return {
        "splits": splits_of(plan, receipts),
        "shards": {name: _of_its_own(receipt) for name, receipt in receipts.items()},
        "unusable": _met(fault for fault in faults if not fault["usable"]),
        "passed_over": _met(fault for fault in faults if fault["usable"]),
        "left_out": _left_out([receipt.figures["left_out"] for receipt in receipts.values()]),
    }


def _left_out(shards: Sequence[Mapping[str, Sequence[int]]]) -> dict[str, Any]:
    """Count the source's entries that drawing met and options leave out, each once."""
    options = sorted({option for shard in shards for option in shard})
    by_option = {option: {line for shard in shards for line in shard.get(option, ())} for option in options}
    met: set[int] = set().union(*by_option.values())
    return {"entries_met": len(met), "by_option": {option: len(lines) for option, lines in by_option.items()}}


def _not_drawn(figures: Mapping[str, Any]) -> dict[str, int]:
    """Return how many entries met were not drawn: unusable, passed over at times, and left out by each option."""
    counts = {name: figures[name]["entries_met"] for name in ("unusable", "passed_over")}
    counts |= figures["left_out"]["by_option"]
    return {name: count for name, count in counts.items() if count}


def splits_of(plan: Plan, receipts: Mapping[str, Receipt]) -> dict[str, dict[str, Any]]:
    """Return, for each split, how many samples and instances of each class there are in the shards with a receipt."""
    splits: dict[str, dict[str, Any]] = {}
    for shard in plan.shards():
        if shard.name in receipts:
            figures = receipts[shard.name].figures
            split = splits.setdefault(shard.split, {"samples": 0, "instances": Counter()})
            split["samples"] += figures["samples"]
            split["instances"].update(figures["instances"])
    return {name: split | {"instances": dict(split["instances"])} for name, split in splits.items()}


def _met(faults: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Count the source's entries that drawing met, each once, and list the first."""
    by_line = {fault["line"]: fault for fault in faults}
    met = [by_line[line] for line in sorted(by_line)]
    listed = [{name: fault[name] for name in ("line", "text", "reason")} for fault in met[:LISTED_FAULTS]]
    return {"entries_met": len(met), "by_reason": dict(Counter(fault["reason"] for fault in met)), "listed": listed}


def _of_its_own(receipt: Receipt) -> dict[str, Any]:
    return {name: value for name, value in receipt.figures.items() if name not in MET}
