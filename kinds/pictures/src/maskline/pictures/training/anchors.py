"""Anchors that have the sizes and shapes of a training set's boxes."""

from collections.abc import Iterable

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.pictures.preprocessing.frame import frame
from maskline.pictures.spec import ModelSpec

STRIDES = 4
"""The least side of an anchor, in distances between anchors: a square of this side that lies half way between two along
both axes overlaps either with an IoU of 3.5 * 3.5 / (2 * 16 - 3.5 * 3.5) = 0.62."""


def fitting_anchors(samples: Iterable[Sample], spec: ModelSpec) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return sizes, one per pyramid level in pixels of the frame, and heights / widths, of anchors for `samples`.

    Of n levels, level i gets the quantile (i + 1/2) / n of the square roots of the boxes' areas, or 4 strides where
    that is more. Ratios are 1 / r, 1 and r, where r is the quantile 2/3 of the longer side / the shorter one: what lies
    is as likely as what stands.  Raises InvalidInput if no sample holds a box.
    """
    sides = np.array([_in_frame(sample, spec, label["bbox"]) for sample in samples for label in sample.annotations])
    sides = sides.reshape(-1, 2)[(sides.reshape(-1, 2) > 0).all(1)]
    if not len(sides):
        raise InvalidInput("anchors_of_data = true: the training set has no instance whose box could be measured")
    strides = spec.anchor_strides_px
    shares = (np.arange(len(strides)) + 0.5) / len(strides)
    sizes = np.quantile(np.sqrt(sides.prod(1)), shares)
    longer = float(np.quantile(sides.max(1) / sides.min(1), 2 / 3))
    return (
        tuple(round(max(float(size), STRIDES * stride), 2) for size, stride in zip(sizes, strides, strict=True)),
        tuple(round(ratio, 3) for ratio in (1 / longer, 1.0, longer)),
    )


def _in_frame(sample: Sample, spec: ModelSpec, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """Return width and height of a box, x, y, w, h in pixels of its picture, in pixels of the network's frame."""
    height, width = sample.image["height"], sample.image["width"]
    rows, columns = frame(height, width, spec)
    return box[2] * columns / width, box[3] * rows / height
