"""The predict stage: what every caller, a pod, the local runner or a test, asks for."""

import uuid

from maskline.contract.artifact import Artifact, read_receipt
from maskline.contract.champion import read_champion
from maskline.contract.errors import NotFound
from maskline.contract.log import event
from maskline.contract.store import Store
from maskline.predict.plan import Plan, sealed
from maskline.predict.sealing import seal
from maskline.predict.threads import wait_passively


def run(plan: Plan, store: Store) -> Artifact:
    """Predict everything that is planned and seal it, or return what is sealed already.

    Interrupted, it goes on with the first shard that has no receipt when called again.
    Raises Corrupt when files are not what they should be, Changed when a picture is no longer what was listed,
    InvalidInput when not one picture can be read.
    """
    _predict(plan, plan.shards, store)
    return seal(plan, store)


def work(plan: Plan, shard: str, store: Store) -> None:
    """Predict one shard, unless that is done."""
    _predict(plan, (shard,), store)


def _predict(plan: Plan, shards: tuple[str, ...], store: Store) -> None:
    if sealed(plan, store):
        return
    missing = [shard for shard in shards if read_receipt(store, plan.id, shard) is None]
    if not missing:
        return
    wait_passively()
    from maskline.predict.work import Worker  # what is done already answers without torch

    worker = Worker(plan, store, attempt=uuid.uuid4().hex[:12])
    event("predict.start", checkpoint=plan.checkpoint, on=plan.place, shards=len(missing))
    try:
        for shard in missing:
            worker.predict(shard)
    except NotFound:
        if not sealed(plan, store):  # another run may have sealed, and cleared the list of pictures, since we looked
            raise


def champion_of(domain: str, store: Store) -> str:
    """Return the URI of the domain's reigning checkpoint, or "" before the first one is promoted."""
    found = read_champion(store, domain)
    return found[0].checkpoint if found else ""
