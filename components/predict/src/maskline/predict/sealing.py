"""Sealing: every shard's receipt, one manifest."""

from maskline.contract.artifact import Artifact, FileEntry, Manifest, adopt, read_receipts
from maskline.contract.artifact import seal as seal_manifest
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.predict.plan import STAGE, Plan

LISTED = 100
"""So many remarks a manifest lists."""


def seal(plan: Plan, store: Store) -> Artifact:
    """Seal the predictions once every shard is done, or adopt them if they are sealed.

    Raises NotFound naming the first shard without a receipt, InvalidInput when not one picture could be read.
    """
    try:
        receipts = read_receipts(store, plan.id, plan.shards).values()
    except NotFound:
        if sealed := adopt(store, "predictions", plan.name, plan.id):  # sealing clears the receipts
            event("predict.sealed_already", uri=sealed.uri)
            return sealed
        raise
    remarks = [remark for receipt in receipts for remark in receipt.figures["remarks"]]
    unreadable = [fault for receipt in receipts for fault in receipt.figures["unreadable"]]
    images = sum(receipt.figures["images"] for receipt in receipts)
    if not images:
        first = unreadable[0]
        raise InvalidInput(
            f"images = '{plan.place}': {plan.checkpoint}, a model of {plan.categories.domain}, can read not one of the "
            f"{len(unreadable)} files; {first['file_name']}: {first['reason']}"
        )
    files: dict[str, FileEntry] = {}
    for receipt in receipts:
        files |= receipt.files
    manifest = Manifest(
        kind="predictions",
        record=plan.record,
        name=plan.name,
        id=plan.id,
        stage=STAGE,
        categories=plan.categories,
        config=plan.config.meaning(),
        inputs=plan.inputs,
        files=files,
        figures={
            "images": images,
            "instances": sum(receipt.figures["instances"] for receipt in receipts),
            "unreadable": unreadable,
            "remarks": {"count": len(remarks), "listed": remarks[:LISTED]},
            "limited": sum(receipt.figures["limited"] for receipt in receipts),
        },
    )
    artifact = seal_manifest(store, manifest)
    event("predict.sealed", uri=artifact.uri, images=images, unreadable=len(unreadable))
    return artifact
