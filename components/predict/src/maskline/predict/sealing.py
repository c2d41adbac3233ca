"""Sealing: every shard's receipt, one manifest."""

from collections.abc import Sequence

from maskline.contract.artifact import Artifact, Manifest, Receipt, adopt, read_receipts
from maskline.contract.artifact import seal as seal_manifest
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.predict.joining import join
from maskline.predict.plan import STAGE, Plan

LISTED = 100
"""So many remarks a manifest lists."""


def seal(plan: Plan, store: Store) -> Artifact:
    """Seal the predictions once every shard is done, or adopt them if they are sealed.

    Raises NotFound naming the first shard without a receipt, InvalidInput when not one picture could be read.
    """
    try:
        receipts = list(read_receipts(store, plan.id, plan.shards).values())
        _require_some_read(plan, receipts)
        files = {name: entry for receipt in receipts for name, entry in receipt.files.items()}
        joined, instances = join(plan, files, store)
    except NotFound:
        if sealed := adopt(store, "predictions", plan.name, plan.id):  # sealing clears the receipts
            event("predict.sealed_already", uri=sealed.uri)
            return sealed
        raise
    remarks = [remark for receipt in receipts for remark in receipt.figures["remarks"]]
    unreadable = [fault for receipt in receipts for fault in receipt.figures["unreadable"]]
    images = sum(receipt.figures["images"] for receipt in receipts)
    manifest = Manifest(
        kind="predictions",
        record=plan.record,
        name=plan.name,
        id=plan.id,
        stage=STAGE,
        categories=plan.categories,
        config=plan.config.meaning(),
        inputs=plan.inputs,
        files=files | joined,
        figures={
            "images": images,
            "instances": instances + sum(receipt.figures["instances"] for receipt in receipts),
            "unreadable": unreadable,
            "remarks": {"count": len(remarks), "listed": remarks[:LISTED]},
            "limited": sum(receipt.figures["limited"] for receipt in receipts),
        },
    )
    artifact = seal_manifest(store, manifest)
    event("predict.sealed", uri=artifact.uri, images=images, unreadable=len(unreadable))
    return artifact


def _require_some_read(plan: Plan, receipts: Sequence[Receipt]) -> None:
    if not any(receipt.figures["images"] for receipt in receipts):
        unreadable = [fault for receipt in receipts for fault in receipt.figures["unreadable"]]
        first = unreadable[0]
        raise InvalidInput(
            f"images = '{plan.place}': {plan.checkpoint}, a model of {plan.categories.domain}, can read not one of the "
            f"{len(unreadable)} files; {first['file_name']}: {first['reason']}"
        )
