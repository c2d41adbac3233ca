"""Stock detectron2 trained on a dataset of Maskline's for so many steps, and scored by Maskline's measure."""

import itertools
import json
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from detectron2.config import CfgNode
from detectron2.data.transforms import ResizeShortestEdge
from detectron2.engine import DefaultTrainer
from train.pictures import leave
from train.stock import register, stock_config

from maskline.contract.artifact import open_sealed
from maskline.contract.categories import CategoryTable
from maskline.contract.coco import rle
from maskline.contract.coco.average_precision import average_precision
from maskline.contract.kind.training import TrainingConfig, training_of
from maskline.contract.shard import Dataset, Sample
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.items import decode_picture


class Trainer(DefaultTrainer):  # type: ignore[misc] # detectron2 is untyped
    """Trains, and writes no logs."""

    def build_writers(self) -> list[Any]:
        """Return nothing that writes."""
        return []


def run(uri: str, config: TrainingConfig, device: str) -> dict[str, Any]:
    """Train and return images_per_s, mask_ap, mask_ap50 and mask_ap75."""
    dataset = Dataset(open_sealed(uri, "dataset"))
    table = dataset.artifact.manifest.categories
    spec = cast("ModelSpec", training_of("coco/1").spec(config, table))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        leave(list(_samples(dataset, "train")), table, folder, ("polygons",))
        register(json.loads((folder / "polygons.json").read_text()), table)
        settings = _settings(config, spec, device, folder)
        torch.manual_seed(0)
        trainer = Trainer(settings)
        start = time.monotonic()
        trainer.train()
        pace = config.steps * config.batch_images / (time.monotonic() - start)
        samples = list(itertools.islice(_samples(dataset, "val"), config.validation_images))
        scores = _scores(trainer.model.eval(), samples, settings, spec, table)
    return {"images_per_s": pace} | scores


def _samples(dataset: Dataset, split: str) -> itertools.chain[Sample]:
    return itertools.chain.from_iterable(dataset.samples(shard) for shard in dataset.shards(split))


def _settings(config: TrainingConfig, spec: ModelSpec, device: str, folder: Path) -> CfgNode:
    settings = stock_config(spec, device, config.batch_images, folder)
    solver = settings.SOLVER
    solver.MAX_ITER, solver.GAMMA = config.steps, config.drop_factor
    solver.STEPS = tuple(sorted({round(share * config.steps) for share in config.drops} - {0}))
    solver.WARMUP_ITERS = round(config.warmup * config.steps)
    return settings


@torch.no_grad()
def _scores(
    model: torch.nn.Module, samples: list[Sample], settings: CfgNode, spec: ModelSpec, table: CategoryTable
) -> dict[str, Any]:
    scale = ResizeShortestEdge([settings.INPUT.MIN_SIZE_TEST] * 2, settings.INPUT.MAX_SIZE_TEST)
    results = []
    for sample in samples:
        grey = decode_picture(sample)
        picture = np.repeat(grey[..., None], 3, axis=2) if grey.ndim == 2 else grey[..., ::-1].copy()
        seen = torch.from_numpy(scale.get_transform(picture).apply_image(picture).transpose(2, 0, 1).copy())
        found = model([{"image": seen, "height": picture.shape[0], "width": picture.shape[1]}])[0]["instances"]
        columns = (found.pred_masks.cpu().numpy(), found.scores.tolist(), found.pred_classes.tolist())
        for mask, score, position in zip(*columns, strict=True):
            label = {"image_id": sample.image["id"], "category_id": table.categories[position].id}
            results.append({**label, "score": score, "segmentation": rle.encode(mask)})
    truth = {
        "images": [sample.image for sample in samples],
        "annotations": [label for sample in samples for label in sample.annotations],
        "categories": table.coco(),
    }
    scores = average_precision(truth, results, "segm", spec.detections_per_image)
    return {"mask_ap": scores.ap, "mask_ap50": scores.ap50, "mask_ap75": scores.ap75}
