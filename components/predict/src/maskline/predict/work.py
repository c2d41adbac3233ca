"""Predicting shards.  The only room of this stage that knows torch and the model."""

import os
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import torch

from maskline.contract.artifact import FileEntry, Receipt, open_sealed, place, write_file, write_receipt
from maskline.contract.coco.overlay import overlay
from maskline.contract.config import canonical_json
from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput
from maskline.contract.log import event
from maskline.contract.picture import encode_png
from maskline.contract.store import Store
from maskline.model.checkpoint import load_segmenter
from maskline.model.inference import segment
from maskline.predict.config import PredictConfig
from maskline.predict.plan import Plan
from maskline.predict.source import Given, Unreadable, read

MOST_THREADS = 8
"""More do not pay: the heads are many small operations."""


class Worker:
    """A checkpoint, loaded once, that predicts any number of a plan's shards."""

    def __init__(self, plan: Plan, store: Store, attempt: str) -> None:
        """Load the plan's checkpoint onto its device.

        attempt: names what this worker writes; another one's bytes may differ, for devices round differently.
        Raises Corrupt or CategoryMismatch if the checkpoint's files do not belong together, InvalidInput if there is no
        such device.
        """
        self.plan, self.store, self.attempt = plan, store, attempt
        self.prefix = place("predictions", plan.name, plan.id)
        device = _device(plan.config)
        torch.set_num_threads(_threads(plan.config))
        self.segmenter = load_segmenter(open_sealed(plan.checkpoint, "checkpoint")).to(device)

    def predict(self, shard: str) -> None:
        """Predict one shard: write results, image index and overlays, then the receipt."""
        started = time.monotonic()
        images, results, unreadable = [], [], []
        files: dict[str, FileEntry] = {}
        pictures = read(self.plan, shard, self.store)
        while batch := list(islice(pictures, self.plan.config.batch_size)):
            unreadable += [picture.describe() for picture in batch if isinstance(picture, Unreadable)]
            for picture, found in self._segment([picture for picture in batch if isinstance(picture, Given)]):
                images.append(picture.describe())
                results += [{"image_id": picture.id, **instance} for instance in found]
                if self.plan.source == "pictures" and picture.id <= self.plan.config.overlays:
                    files |= self._overlay(picture, found)
        files |= self._write(f"shards/{shard}.json", canonical_json(results))
        files |= self._write(f"images/{shard}.json", canonical_json(images))
        figures = {"images": len(images), "instances": len(results), "unreadable": unreadable}
        write_receipt(self.store, self.plan.id, shard, Receipt(files=files, figures=figures))
        event("predict.shard", shard=shard, images=len(images), seconds=time.monotonic() - started)

    def _segment(self, pictures: list[Given]) -> Iterator[tuple[Given, list[dict[str, Any]]]]:
        pixels = [picture.pixels for picture in pictures]
        found = segment(self.segmenter, pixels, self.plan.config.score_threshold)
        return zip(pictures, found, strict=True)

    def _overlay(self, picture: Given, found: list[dict[str, Any]]) -> dict[str, FileEntry]:
        sure = [instance for instance in found if instance["score"] >= self.plan.config.overlay_threshold]
        painted = overlay(picture.pixels, sure, self.plan.categories)
        return self._write(f"overlays/{picture.file_name}.png", encode_png(painted))

    def _write(self, name: str, data: bytes) -> dict[str, FileEntry]:
        return {name: write_file(self.store, self.prefix, name, data, self.attempt)}


def _device(config: PredictConfig) -> torch.device:
    if config.device == "cuda" and not torch.cuda.is_available():
        raise InvalidInput(
            "predict: device = 'cuda': this machine has no GPU that torch can use; 'auto' takes what there is"
        )
    return torch.device("cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu")


def _threads(config: PredictConfig) -> int:
    told = config.threads or int(os.environ.get("OMP_NUM_THREADS", "0"))
    return told or min(MOST_THREADS, cores())
