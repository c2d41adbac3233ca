"""Sealing: every shard's receipt, one manifest."""

from maskline.contract.artifact import Artifact, FileEntry, Manifest, Receipt, clear_work, read_receipt
from maskline.contract.artifact import seal as seal_manifest
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.predict.plan import STAGE, Plan, sealed


def seal(plan: Plan, store: Store) -> Artifact:
    """Seal the predictions once every shard is done, or adopt them if they are sealed.

    Raises NotFound naming the first shard without a receipt, InvalidInput when not one picture could be read.
    """
    if found := _adopt(plan, store):
        return found
    try:
        receipts = [_receipt(plan, shard, store) for shard in plan.shards]
    except NotFound:
        if found := _adopt(plan, store):  # another run may have sealed, and cleared the receipts, since we looked
            return found
        raise
    unreadable = [fault for receipt in receipts for fault in receipt.figures["unreadable"]]
    images = sum(receipt.figures["images"] for receipt in receipts)
    if not images:
        first = unreadable[0]
        raise InvalidInput(
            f"images = '{plan.place}': not one of the {len(unreadable)} files can be read as a picture; "
            f"{first['file_name']}: {first['reason']}"
        )
    files: dict[str, FileEntry] = {}
    for receipt in receipts:
        files |= receipt.files
    manifest = Manifest(
        kind="predictions",
        record="coco/1",
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
        },
    )
    artifact = seal_manifest(store, manifest)
    event("predict.sealed", uri=artifact.uri, images=images, unreadable=len(unreadable))
    return artifact


def _adopt(plan: Plan, store: Store) -> Artifact | None:
    found = sealed(plan, store)
    if found:
        clear_work(store, plan.id)  # whoever sealed it may have been killed before this
        event("predict.sealed_already", uri=found.uri)
    return found


def _receipt(plan: Plan, shard: str, store: Store) -> Receipt:
    receipt = read_receipt(store, plan.id, shard)
    if receipt is None:
        raise NotFound(f"shard {shard} of predictions {plan.name}-{plan.id} has no receipt: it was not predicted")
    return receipt
