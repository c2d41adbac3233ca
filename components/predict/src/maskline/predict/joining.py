"""What is in several records is joined before predictions are sealed, by a kind whose records are pieces of one."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from maskline.contract.artifact import FileEntry, open_sealed, place, read_entry, write_file
from maskline.contract.config import canonical_json
from maskline.contract.kind.prediction import Workroom, prediction_of
from maskline.contract.log import event
from maskline.contract.shard import Dataset
from maskline.contract.store import Store, open_store
from maskline.predict.plan import Plan

JOINED = "shards/joined.json"


def room_of(plan: Plan, store: Store) -> Workroom:
    """Return where what is to be joined lies until the plan is sealed."""
    return Workroom(store, f"work/{plan.id}/room")


def join(plan: Plan, files: Mapping[str, FileEntry], store: Store) -> tuple[dict[str, FileEntry], int]:
    """Return the files that joining adds to those of all shards, and how many results are in them; mostly none."""
    prefix = place("predictions", plan.name, plan.id)
    source = Dataset(open_sealed(plan.place, "dataset")) if plan.source == "dataset" else open_store(plan.place)
    checkpoint, started = open_sealed(plan.checkpoint, "checkpoint"), time.monotonic()
    records, room = _records(plan, files, prefix, store), room_of(plan, store)
    made: dict[str, FileEntry] = {}
    results: list[dict[str, Any]] = []
    for joined in prediction_of(plan.record).joined(checkpoint, plan.config, records, room, source):
        made |= {name: write_file(store, prefix, name, data) for name, data in joined.files}
        results += joined.results
        event("predict.joined", of=joined.name, instances=len(joined.results), seconds=time.monotonic() - started)
    if made:
        made[JOINED] = write_file(store, prefix, JOINED, canonical_json(results))
    return made, len(results)


def _records(plan: Plan, files: Mapping[str, FileEntry], prefix: str, store: Store) -> Iterator[dict[str, Any]]:
    for shard in plan.shards:
        yield from json.loads(read_entry(store, prefix, files[f"images/{shard}.json"]))
