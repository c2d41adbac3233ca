"""Run-length encoded masks, in COCO's compressed form.

H, W: the picture's height and width in pixels.  Runs go down the columns, starting with a run of zeros.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
from faster_coco_eval.core import mask as coco_mask

Mask = npt.NDArray[np.bool_]


class RLE(TypedDict):
    """One mask: `size` is [H, W], `counts` COCO's compressed string of run lengths."""

    size: list[int]
    counts: str


def encode(mask: Mask) -> RLE:
    """Encode an (H, W) mask."""
    return encode_crop(mask, 0, 0, *mask.shape)


def encode_crop(crop: Mask, x: int, y: int, height: int, width: int) -> RLE:
    """Encode a mask that is zero outside an (h, w) crop whose top left pixel is (x, y) of an (H, W) picture.

    The crop must lie inside the picture. The cost depends on the crop, not on the picture.
    """
    columns = np.zeros((crop.shape[1], crop.shape[0] + 2), dtype=np.int8)  # a zero before and after each column
    columns[:, 1:-1] = crop.T
    column, row = np.nonzero(np.diff(columns, axis=1))  # starts and ends of runs of ones, in turn, never across columns
    edges = (column + x) * height + row + y
    return _of_edges(_join_touching(edges), height, width)


def encode_labels(labels: npt.NDArray[np.integer[Any]]) -> dict[int, RLE]:
    """Return the mask of each value but 0 of an (H, W) label picture, by rising value.

    The cost depends on the picture and its runs, hardly on how many values there are.
    """
    height, width = labels.shape
    down = labels.T.ravel()  # columns, one after the other
    starts = np.flatnonzero(np.concatenate(([True], down[1:] != down[:-1])))
    ends = np.append(starts[1:], down.size)
    order = np.argsort(down[starts], kind="stable")
    order = order[down[starts[order]] != 0]
    values, edges = down[starts[order]], np.stack([starts[order], ends[order]], axis=1)
    firsts = np.flatnonzero(np.diff(values, prepend=0))
    return {
        int(own[0]): _of_edges(runs.ravel(), height, width)
        for own, runs in zip(np.split(values, firsts)[1:], np.split(edges, firsts)[1:], strict=True)
    }


def _of_edges(edges: npt.NDArray[np.intp], height: int, width: int) -> RLE:
    """Encode what lies between the edges, the start and the end of a run of ones in turn, no two of them equal."""
    counts = np.diff(edges, prepend=0, append=height * width).tolist()
    if len(counts) > 1 and counts[-1] == 0:  # a picture that ends in ones has no last run of zeros
        counts.pop()
    encoded = coco_mask.frPyObjects({"size": [height, width], "counts": counts}, height, width)
    return RLE(size=[height, width], counts=encoded["counts"].decode("ascii"))


def _join_touching(edges: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Drop an end and the start at the same place: a run to the foot of a column goes on at the head of the next."""
    repeated = edges[1:] == edges[:-1]
    keep = np.ones(len(edges), dtype=bool)
    keep[1:] &= ~repeated
    keep[:-1] &= ~repeated
    return edges[keep]


def decode(rle: RLE) -> Mask:
    """Return the (H, W) mask."""
    height, width = rle["size"]
    runs = run_lengths(rle["counts"])
    mask: Mask = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(width, height).T
    return mask


def decode_crop(rle: RLE) -> tuple[Mask, int, int]:
    """Return the mask within its smallest box, (h, w), and the x and y of its top left pixel: `encode_crop` undone.

    An empty mask is a crop of 0 x 0 at (0, 0). The cost depends on the crop, not on the picture.
    """
    height = rle["size"][0]
    edges = run_lengths(rle["counts"]).cumsum()
    starts, ends = edges[:-1:2], edges[1::2]
    starts, ends = starts[ends > starts], ends[ends > starts]
    if not len(starts):
        return np.zeros((0, 0), dtype=bool), 0, 0
    left, right = starts // height, (ends - 1) // height
    if (left < right).any():  # a run to the foot of a column goes on at the head of the next: the box is as high as H
        top, h = 0, height
    else:
        top = int((starts % height).min())
        h = int(((ends - 1) % height).max()) + 1 - top
    x, w = int(left[0]), int(right[-1]) + 1 - int(left[0])
    places = (left - x) * h + starts % height - top
    runs = np.diff(np.stack([places, places + ends - starts], axis=1).ravel(), prepend=0, append=h * w)
    crop: Mask = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(w, h).T
    return crop, x, top


def run_lengths(counts: str) -> npt.NDArray[np.int64]:
    """Read COCO's string of run lengths, which must be a valid one; zeros first.

    A number is little-endian digits of five bits, one per character, above 48; bit 5 says that another follows,
    bit 4 of the last one is the sign. From the fourth run on it is the difference to the run before the last.
    """
    digits = np.frombuffer(counts.encode("ascii"), np.uint8).astype(np.int64) - 48
    lasts = np.flatnonzero(digits < 32)
    firsts = np.concatenate(([0], lasts[:-1] + 1))
    lengths = lasts - firsts + 1
    powers = 5 * (np.arange(len(digits)) - np.repeat(firsts, lengths))
    runs = np.add.reduceat((digits & 31) << powers, firsts)
    runs -= (digits[lasts] >> 4 & 1) << (5 * lengths)
    for start in (1, 2):
        runs[start::2] = np.cumsum(runs[start::2])
    return runs


def union(masks: Sequence[RLE]) -> RLE:
    """Return the mask of what is in any of some masks of one size; it costs what they cover, not what the size does."""
    crops = [crop for crop in map(decode_crop, masks) if crop[0].any()]
    if not crops:
        return masks[0]
    left, top = min(x for _, x, _ in crops), min(y for _, _, y in crops)
    right = max(x + mask.shape[1] for mask, x, _ in crops)
    bottom = max(y + mask.shape[0] for mask, _, y in crops)
    every = np.zeros((bottom - top, right - left), dtype=bool)
    for mask, x, y in crops:
        every[y - top : y - top + mask.shape[0], x - left : x - left + mask.shape[1]] |= mask
    height, width = masks[0]["size"]
    return encode_crop(every, left, top, height, width)


def area(rle: RLE) -> int:
    """Return the number of pixels in the mask."""
    return int(coco_mask.area(dict(rle)))


def bbox(rle: RLE) -> list[int]:
    """Return the smallest box around the mask, [x, y, w, h] in pixels; all zero for an empty mask."""
    return [int(value) for value in coco_mask.toBbox(dict(rle))]
