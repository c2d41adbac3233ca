"""The ways through a large picture, with one network, each in a process of its own so that its memory can be told."""

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray
from torchvision.ops import batched_nms

from maskline.contract.artifact import open_sealed
from maskline.contract.coco import rle
from maskline.contract.published import KEYWORD
from maskline.pictures.networks.checkpoint import load_segmenter
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.inference import find
from maskline.pictures.prediction.tiles.finding import TilingFinder

SCORE_THRESHOLD, MOST = 0.5, 6_000
TILE_PX = 1024
LOOP_OVERLAP = 0.2
"""Share of a crop that it has in common with the next one: what is mostly taken."""
NMS_IOU = 0.5
Pixels = NDArray[np.uint8]
Results = list[dict[str, Any]]
Way = Callable[[Segmenter, Pixels], Results]


@dataclass(frozen=True)
class Taken:
    """What a way took, of all threads and above what the process held before, and what it found."""

    cpu_s: float
    peak_mb: float
    results: Results


def taken(way: Way, picture: Pixels) -> Taken:
    """Go one way through a picture, in a new process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(_measured, way, picture).result()


def _measured(way: Way, picture: Pixels) -> Taken:
    torch.set_num_threads(1)
    network = load_segmenter(open_sealed(KEYWORD, "checkpoint"))
    # The molecules are drawn small, so that there are many: at this scale they are as large as those it has learnt.
    network.spec = network.spec.model_copy(update={"scale": 1.0, "long_side_px": 0})
    way(network, picture[:64, :64])
    before, started = _held_mb(), time.process_time()
    results = way(network, picture)
    return Taken(time.process_time() - started, _held_mb() - before, results)


def _held_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def whole(network: Segmenter, picture: Pixels) -> Results:
    """See the picture at once."""
    return find(network, [picture], SCORE_THRESHOLD, MOST)[0].instances


def tiled(network: Segmenter, picture: Pixels) -> Results:
    """See it as predict does with `tile_px`."""
    config = PicturePrediction(score_threshold=SCORE_THRESHOLD, max_detections=MOST, tile_px=TILE_PX)
    return TilingFinder(network, config)([picture])[0].instances


def loop(network: Segmenter, picture: Pixels) -> Results:
    """See one crop after the other, drop doubles by their boxes, and paste each mask into the picture's full size."""
    height, width = picture.shape
    step = round(TILE_PX * (1 - LOOP_OVERLAP))
    found = []
    for y in _starts(height, step):
        for x in _starts(width, step):
            crop = picture[y : y + TILE_PX, x : x + TILE_PX]
            found += [(x, y, result) for result in find(network, [crop], SCORE_THRESHOLD, MOST)[0].instances]
    corners = np.array([_corners(x, y, *result["bbox"]) for x, y, result in found]).reshape(-1, 4)
    kept = batched_nms(
        torch.tensor(corners).float(),
        torch.tensor([result["score"] for _, _, result in found]),
        torch.tensor([result["category_id"] for _, _, result in found]),
        NMS_IOU,
    )
    results = []
    for number in kept.tolist():
        x, y, result = found[number]
        mask = rle.decode(result["segmentation"])
        full = np.zeros((height, width), dtype=np.uint8, order="F")  # as it is encoded: not one copy more than needed
        full[y : y + mask.shape[0], x : x + mask.shape[1]] = mask
        code = coco_mask.encode(full)
        results.append({**result, "segmentation": {"size": [height, width], "counts": code["counts"].decode()}})
    return results


def _corners(left: int, top: int, x: float, y: float, w: float, h: float) -> tuple[float, ...]:
    return left + x, top + y, left + x + w, top + y + h


def _starts(length: int, step: int) -> list[int]:
    last = max(0, length - TILE_PX)
    return sorted({*range(0, last, step), last})
