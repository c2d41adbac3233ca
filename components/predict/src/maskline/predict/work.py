"""Predicting shards.  Importing it loads torch and the model, as importing `network` does."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from maskline.contract.artifact import FileEntry, Receipt, open_sealed, place, write_file, write_receipt
from maskline.contract.coco.overlay import overlay
from maskline.contract.config import canonical_json
from maskline.contract.log import event
from maskline.contract.picture import encode_png
from maskline.contract.store import Store
from maskline.pictures.prediction.inference import Found, find
from maskline.predict.network import load
from maskline.predict.plan import Plan
from maskline.predict.remarks import remarks_on
from maskline.predict.source import Given, Unreadable, read


class Worker:
    """A checkpoint, loaded once, that predicts any number of a plan's shards."""

    def __init__(self, plan: Plan, store: Store) -> None:
        """Load the plan's checkpoint onto its device.

        Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together, InvalidInput if there is no
        such device.
        """
        self.plan, self.store = plan, store
        self.prefix = place("predictions", plan.name, plan.id)
        self.segmenter = load(open_sealed(plan.checkpoint, "checkpoint"), plan.config)

    def predict(self, shard: str) -> None:
        """Predict one shard: write results, image index and overlays, then the receipt."""
        started, most = time.monotonic(), self.plan.config.max_detections
        images, results, unreadable, remarks, limited = [], [], [], [], 0
        files: dict[str, FileEntry] = {}
        pictures = read(self.plan, shard, self.store)
        while batch := list(islice(pictures, self.plan.config.batch_size)):
            unreadable += [picture.describe() for picture in batch if isinstance(picture, Unreadable)]
            for picture, found in self._segment([picture for picture in batch if isinstance(picture, Given)]):
                images.append(picture.describe())
                remarks += remarks_on(picture.file_name, picture.remark, most, limited=found.limited)
                limited += found.limited
                results += [{"image_id": picture.id, **instance} for instance in found.instances]
                if self.plan.source == "pictures" and picture.id <= self.plan.config.overlays:
                    files |= self._overlay(picture, found.instances)
        files |= self._write(f"shards/{shard}.json", canonical_json(results))
        files |= self._write(f"images/{shard}.json", canonical_json(images))
        figures = {"images": len(images), "instances": len(results), "unreadable": unreadable}
        figures |= {"remarks": remarks, "limited": limited}
        write_receipt(self.store, self.plan.id, shard, Receipt(files=files, figures=figures))
        for remark in remarks:
            event("predict.remark", **remark)
        event("predict.shard", shard=shard, images=len(images), seconds=time.monotonic() - started)

    def _segment(self, pictures: list[Given]) -> Iterator[tuple[Given, Found]]:
        pixels, config = [picture.pixels for picture in pictures], self.plan.config
        found = find(self.segmenter, pixels, config.score_threshold, config.max_detections)
        return zip(pictures, found, strict=True)

    def _overlay(self, picture: Given, found: list[dict[str, Any]]) -> dict[str, FileEntry]:
        sure = [instance for instance in found if instance["score"] >= self.plan.config.overlay_threshold]
        painted = overlay(picture.pixels, sure, self.plan.categories)
        return self._write(f"overlays/{picture.file_name}.png", encode_png(painted))

    def _write(self, name: str, data: bytes) -> dict[str, FileEntry]:
        return {name: write_file(self.store, self.prefix, name, data)}
