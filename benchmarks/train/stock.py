"""detectron2 as it comes: DefaultTrainer with its mapper, masks of whole pictures, float32."""

import json
import logging
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from detectron2.config import CfgNode
from detectron2.data import DatasetCatalog, DatasetMapper, MetadataCatalog
from detectron2.engine import DefaultTrainer
from detectron2.utils.events import EventStorage
from train.sides import Mapped, Overrides, Step, timed

from maskline.contract.categories import CategoryTable
from maskline.contract.kind.training import training_of
from maskline.molecules.categories import TABLE
from maskline.pictures.networks.detectron import network_config
from maskline.pictures.networks.silence import quiet
from maskline.pictures.spec import ModelSpec
from maskline.train.config import configure

DATASET = "benchmark"


def register(records: list[dict[str, Any]], table: CategoryTable) -> None:
    """Make the records known to detectron2 as DATASET, and keep it from talking."""
    DatasetCatalog.register(DATASET, lambda: records)
    MetadataCatalog.get(DATASET).thing_classes = [category.name for category in table.categories]
    logger = logging.getLogger("detectron2")  # without a level the trainer would set up one that prints
    logger.setLevel(logging.INFO)
    logger.propagate = False


def stock_config(spec: ModelSpec, device: str, batch: int, output: Path) -> CfgNode:
    """Return detectron2's configuration of the same network and solver as our preset `pointrend-r50`."""
    config = network_config(spec)
    config.MODEL.DEVICE = device
    config.MODEL.META_ARCHITECTURE = "GeneralizedRCNN"
    config.MODEL.MASK_ON = True
    config.MODEL.ROI_HEADS.NAME = "StandardROIHeads"
    config.MODEL.ROI_MASK_HEAD.NAME = "PointRendMaskHead"
    config.MODEL.RESNETS.NORM = "BN"
    config.MODEL.BACKBONE.FREEZE_AT = 0
    config.MODEL.WEIGHTS = ""
    config.INPUT.MASK_FORMAT = "bitmask"
    config.INPUT.MIN_SIZE_TRAIN, config.INPUT.MAX_SIZE_TRAIN = (spec.short_side_px,), spec.long_side_px
    config.INPUT.MIN_SIZE_TEST, config.INPUT.MAX_SIZE_TEST = spec.short_side_px, spec.long_side_px
    config.DATASETS.TRAIN, config.DATASETS.TEST = (DATASET,), ()
    config.SOLVER.IMS_PER_BATCH = batch
    config.SOLVER.BASE_LR = 0.01 * batch / 16
    config.SOLVER.WARMUP_ITERS, config.SOLVER.WARMUP_FACTOR = 100, 0.01
    if device == "cpu":
        config.DATALOADER.NUM_WORKERS = 0  # there are no cores left for them
    config.OUTPUT_DIR = str(output)
    return config


class Stock:
    """detectron2's mapper and trainer over the benchmark's pictures."""

    def __init__(self, folder: Path, device: str, overrides: Overrides) -> None:
        self._records = {form: json.loads((folder / f"{form}.json").read_text()) for form in ("rle", "polygons")}
        self._device = device
        kind = training_of("coco/1")
        config = configure(kind, "pointrend-r50", 0, 0, overrides)
        self._config = stock_config(cast("ModelSpec", kind.spec(config, TABLE)), device, config.batch_images, folder)
        register(self._records["polygons"], TABLE)
        torch.manual_seed(0)
        self._trainer: Any = None

    def mapped(self, way: str) -> Mapped:
        """Prepare the pictures.  way: rle or polygons."""
        config = self._config.clone()
        config.INPUT.MIN_SIZE_TRAIN = (0,)  # their own size
        mapper = DatasetMapper(config, is_train=True)
        cpu = time.thread_time()
        found = [_sizes(mapper(record)) for record in self._records[way]]
        ms = 1000 * (time.thread_time() - cpu) / len(found)
        return Mapped(ms, *np.mean(found, axis=0).tolist())

    def step(self) -> Step:
        """Let the trainer take a step."""
        return timed(self._step)

    def _step(self) -> float:
        with quiet(), EventStorage() as storage:
            if self._trainer is None:
                self._trainer = DefaultTrainer(self._config)
                self._trainer.iter = 0
            self._trainer.storage = storage
            self._trainer.run_step()
            if self._device == "cuda":
                torch.cuda.synchronize()
            return float(storage.history("data_time").latest())


def _sizes(prepared: dict[str, Any]) -> tuple[int, int]:
    return prepared["instances"].gt_masks.tensor.nbytes, prepared["image"].nbytes


build = Stock
