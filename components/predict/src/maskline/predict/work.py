"""Predicting shards: the kind predicts, and what it finds is written.  A worker loads torch."""

import time
from collections.abc import Iterator

from maskline.contract.artifact import FileEntry, Receipt, open_sealed, place, write_file, write_receipt
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.kind.prediction import Found, Unreadable, prediction_of
from maskline.contract.log import event
from maskline.contract.shard import Dataset
from maskline.contract.store import Store, open_store
from maskline.predict.joining import room_of
from maskline.predict.listing import read_listing
from maskline.predict.plan import Plan


class Worker:
    """A checkpoint, loaded once, that predicts any number of a plan's shards."""

    def __init__(self, plan: Plan, store: Store) -> None:
        """Load the plan's checkpoint onto its device.

        Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together, InvalidInput if there is no
        such device.
        """
        self.plan, self.store = plan, store
        self.prefix, self.room = place("predictions", plan.name, plan.id), room_of(plan, store)
        self.predictor = prediction_of(plan.record).predictor(open_sealed(plan.checkpoint, "checkpoint"), plan.config)

    def predict(self, shard: str) -> None:
        """Predict one shard: write results, the index of records and what people look at, then the receipt."""
        started = time.monotonic()
        images, results, unreadable, remarks, limited = [], [], [], [], 0
        files: dict[str, FileEntry] = {}
        for found in self._found(shard):
            if isinstance(found, Unreadable):
                unreadable.append(found.describe())
                continue
            images.append(found.record)
            results += [{"image_id": found.record["id"], **instance} for instance in found.instances]
            remarks += [{"file_name": found.record["file_name"], "remark": remark} for remark in found.remarks]
            limited += found.limited
            for name, data in found.files.items():
                files |= self._write(name, data)
        files |= self._write(f"shards/{shard}.json", canonical_json(results))
        files |= self._write(f"images/{shard}.json", canonical_json(images))
        figures = {"images": len(images), "instances": len(results), "unreadable": unreadable}
        figures |= {"remarks": remarks, "limited": limited}
        write_receipt(self.store, self.plan.id, shard, Receipt(files=files, figures=figures))
        for remark in remarks:
            event("predict.remark", **remark)
        event("predict.shard", shard=shard, images=len(images), seconds=time.monotonic() - started)

    def _found(self, shard: str) -> Iterator[Found | Unreadable]:
        """Yield what is in the shard's records, in order.  Raises InvalidInput if the plan has no such shard."""
        plan = self.plan
        if shard not in plan.shards:
            raise InvalidInput(f"shard '{shard}' is not in the plan of predictions {plan.name}-{plan.id}")
        number = plan.shards.index(shard)
        return self._of_dataset(number) if plan.source == "dataset" else self._of_listed(number)

    def _of_dataset(self, number: int) -> Iterator[Found]:
        """Raise Corrupt for a record that cannot be read: a dataset is sealed."""
        dataset = Dataset(open_sealed(self.plan.place, "dataset"))
        split = self.plan.config.split
        for found in self.predictor.of_shard(dataset, split, dataset.shards(split)[number], self.room):
            if isinstance(found, Unreadable):
                raise Corrupt(f"picture {found.file_name} of {self.plan.place}: {found.reason}")
            yield found

    def _of_listed(self, number: int) -> Iterator[Found | Unreadable]:
        count = self.plan.config.pictures_per_shard
        listed = read_listing(self.store, self.plan.id)[number * count : (number + 1) * count]
        return self.predictor.of_part(listed, open_store(self.plan.place), self.room)

    def _write(self, name: str, data: bytes) -> dict[str, FileEntry]:
        return {name: write_file(self.store, self.prefix, name, data)}
