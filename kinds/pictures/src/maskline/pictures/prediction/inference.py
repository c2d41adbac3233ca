"""The one inference path: pictures in, COCO results in each picture's own pixels out.

H, W: pixels of the picture   h, w: pixels of a crop   M: cells along a mask grid's side
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from maskline.contract.coco import rle
from maskline.pictures.networks.segmenter import Detections, Segmenter
from maskline.pictures.preprocessing.frame import frame, legible, resize, to_channels
from maskline.pictures.preprocessing.ink import ink
from maskline.pictures.spec import ModelSpec

INSIDE = 0.5
"""Probability from which on a pixel belongs to an instance."""
Pixels = NDArray[np.uint8]
Grid = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """What is in one picture.

    instances: COCO results without `image_id`, best first.  limited: there may be more, beyond the most asked for.
    remark: what was put right in them.
    """

    instances: list[dict[str, Any]]
    limited: bool
    remark: str = ""


Finder = Callable[[Sequence[Pixels]], list[Found]]
"""From pictures, grey (H, W) or RGB (H, W, 3), to what is in each, whatever its company."""


def segment(segmenter: Segmenter, pictures: Sequence[Pixels], score_threshold: float) -> list[list[dict[str, Any]]]:
    """Find the instances of every picture, as many as the network was made for (`detections_per_image`).

    Otherwise as `find`, without its remark.
    """
    most = segmenter.spec.detections_per_image
    return [found.instances for found in find(segmenter, pictures, score_threshold, most)]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a picture, mostly all of it, that goes through a network by itself.

    pixels: (h, w) or (h, w, 3), as the network reads them.  ink: (h, w), where instances may be; None: anywhere.
    x, y: its top left pixel in the picture.  size: (H, W), the picture's.
    """

    pixels: Pixels
    ink: NDArray[np.bool_] | None
    x: int
    y: int
    size: tuple[int, int]

    @classmethod
    def whole(cls, picture: Pixels, spec: ModelSpec) -> "Window":
        """Read a grey (H, W) or RGB (H, W, 3) picture."""
        read = legible(picture, spec)
        return cls(read, ink(~read) if spec.masks == "ink" else None, 0, 0, (picture.shape[0], picture.shape[1]))

    def part(self, x: int, y: int, width: int, height: int) -> "Window":
        """Return a part of it, without copying a pixel."""
        part = np.s_[y : y + height, x : x + width]
        return Window(
            self.pixels[part], None if self.ink is None else self.ink[part], self.x + x, self.y + y, self.size
        )


def find(segmenter: Segmenter, pictures: Sequence[Pixels], score_threshold: float, most: int) -> list[Found]:
    """Find the instances of every picture, each seen as a whole, the best `most` of each.

    pictures: grey (H, W) or RGB (H, W, 3), any sizes; those that share a frame go through the network together, which
    is why a picture's results do not depend on its company.  Choose their number to fit the memory.
    Returns what `look` does.
    """
    spec = segmenter.spec
    frames: dict[tuple[int, int], list[int]] = {}
    for number, picture in enumerate(pictures):
        frames.setdefault(frame(picture.shape[0], picture.shape[1], spec), []).append(number)
    results = [Found([], limited=False) for _ in pictures]
    for size, numbers in frames.items():
        windows = [Window.whole(pictures[number], spec) for number in numbers]
        for number, found in zip(numbers, look(segmenter, windows, size, score_threshold, most), strict=True):
            results[number] = found
    return results


def look(
    segmenter: Segmenter, windows: Sequence[Window], size: tuple[int, int], score_threshold: float, most: int
) -> list[Found]:
    """Find the instances of every window, the best `most` of each; together they go through the network once.

    size: of the frame in which all are seen.
    Returns per window, best score first, results with category_id, score, bbox [x, y, w, h] and
    segmentation (RLE), in the picture's own pixels. Instances without a pixel, and those whose score stays below
    `score_threshold`, are left out.
    A score is the network's times the mean probability inside the mask: of two instances of a class, the one with the
    surer mask comes first. (The maskness of Wang et al., SOLO: A simple framework for instance segmentation, 2021.)
    """
    spec = segmenter.spec
    batch = [resize(to_channels(window.pixels, spec.channels), size) for window in windows]
    with _evaluating(segmenter):
        every = segmenter.predict(batch, score_threshold, most)
    results = []
    for window, found in zip(windows, every, strict=True):
        scored = [result for result in _results(found, size, window, spec) if result["score"] >= score_threshold]
        scored.sort(key=lambda result: -result["score"])
        results.append(Found(scored, limited=len(found.scores) >= most))
    return results


def _results(found: Detections, size: tuple[int, int], window: Window, spec: ModelSpec) -> Iterator[dict[str, Any]]:
    """Yield COCO results.  size: of the frame the detections are in."""
    height, width = window.pixels.shape[:2]
    scale = np.array([width / size[1], height / size[0]] * 2)
    boxes = np.clip(found.boxes.numpy() * scale, 0, [width, height] * 2)
    columns = (found.scores.tolist(), found.classes.tolist(), found.masks.numpy())
    for box, score, position, grid in zip(boxes, *columns, strict=True):
        x, y = math.floor(box[0]), math.floor(box[1])
        probability = paste(grid, box - [x, y, x, y])
        crop = probability >= INSIDE
        if window.ink is not None:
            crop &= window.ink[y : y + crop.shape[0], x : x + crop.shape[1]]
        if crop.any():
            segmentation = rle.encode_crop(crop, window.x + x, window.y + y, *window.size)
            sides = [window.x + box[0], window.y + box[1], *(box[2:] - box[:2])]
            if window.ink is not None:
                sides = list(rle.bbox(segmentation))
            yield {
                "category_id": spec.categories.categories[position].id,
                "score": round(score * float(probability[crop].mean()), 6),
                "bbox": [round(float(side), 2) for side in sides],
                "segmentation": segmentation,
            }


def paste(grid: Grid, box: NDArray[np.float64]) -> Grid:
    """Sample a mask grid at the pixel centres inside its box, bilinearly.

    grid: (M, M).  box: x0, y0, x1, y1 in pixels, x0 and y0 in [0, 1).  Returns (h, w): every pixel from the origin to
    the box's far edges; 0 where the centre lies outside the box.
    """
    rows = _weights(box[1], box[3], grid.shape[0])
    columns = _weights(box[0], box[2], grid.shape[1])
    return np.asarray(rows @ grid @ columns.T, dtype=np.float32)


def _weights(start: float, end: float, cells: int) -> Grid:
    """Return how much of each cell a pixel takes along one axis: (pixels, M), rows sum to 1 inside and 0 outside."""
    pixels = np.arange(math.ceil(end))
    centres = pixels + 0.5
    inside = (centres >= start) & (centres <= end)
    place = np.clip((centres - start) / max(end - start, 1e-6) * cells - 0.5, 0, cells - 1)
    low = np.minimum(place.astype(np.intp), cells - 2)
    weights: Grid = np.zeros((len(pixels), cells), dtype=np.float32)
    weights[pixels, low] = (1 - (place - low)) * inside
    weights[pixels, low + 1] = (place - low) * inside
    return weights


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """Put a network in eval mode for a while."""
    before = module.training
    module.eval()
    try:
        yield
    finally:
        module.train(before)
