"""Average precision of objects and of instances of parts, where an instance is a set of strokes.

IoU is by length of strokes: a sketch is a picture of one row, in which each stroke covers as many pixels as it is long,
so that COCO's average precision does the rest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask

from maskline.contract.coco.average_precision import AveragePrecision, average_precision
from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.coco.rle import RLE
from maskline.strokes.evaluation.compare.families import NONE
from maskline.strokes.evaluation.compare.strokes import Label, Numbers, Strokes


def objects_ap(strokes: Strokes, truth: Mapping[str, Any], results: Iterable[Label]) -> AveragePrecision:
    """Score objects, in sketches of which the truth knows an object."""
    told = np.isin(strokes.sketch, list(strokes.told))
    return _scored(strokes, np.where(told, strokes.length, 0), truth, results, parts=False)


def parts_ap(strokes: Strokes, truth: Mapping[str, Any], results: Iterable[Label]) -> AveragePrecision:
    """Score instances of parts, sides and all.

    Strokes whose part nobody tells are left out of what was found. Where nobody told the instances of a part apart
    (`iscrowd`), what is found in it is neither right nor wrong.
    """
    return _scored(strokes, np.where(strokes.labelled, strokes.length, 0), truth, results, parts=True)


def _scored(
    strokes: Strokes, length: Numbers, truth: Mapping[str, Any], results: Iterable[Label], *, parts: bool
) -> AveragePrecision:
    """length: (S,) how much each stroke counts."""
    rows = [length[strokes.of(place)] for place in range(len(strokes.records))]
    edges = {record["id"]: [0, *row.cumsum().tolist()] for record, row in zip(strokes.records, rows, strict=True)}
    asked = [number for number in strokes.families.names if (strokes.families.of[number] != NONE) == parts]
    document = {
        "images": [{"id": number, "width": width[-1], "height": 1} for number, width in edges.items()],
        "annotations": list(_as_rows(truth["annotations"], edges, {*asked})),
        "categories": truth["categories"],
    }
    return average_precision(document, list(_as_rows(results, edges, {*asked})), "segm", MAX_DETECTIONS)


def _as_rows(
    labels: Iterable[Label], edges: Mapping[int, Sequence[int]], asked: AbstractSet[int]
) -> Iterator[dict[str, Any]]:
    """Yield labels of the categories asked for as COCO has them, without those of which no stroke counts."""
    for label in labels:
        if label["category_id"] in asked and (runs := runs_of(label["strokes"], edges[label["image_id"]])):
            known = {
                name: label[name] for name in ("id", "image_id", "category_id", "score", "iscrowd") if name in label
            }
            yield known | {"segmentation": encode_runs(runs), "area": sum(runs[1::2]), "bbox": [0, 0, 1, 1]}


def runs_of(members: Iterable[int], edges: Sequence[int]) -> list[int]:
    """Return strokes of a sketch as runs of a row of pixels, zeros first; nothing if they cover none.

    members: numbers of the strokes.  edges: (N + 1) where each stroke of the sketch begins, and the last one ends.
    """
    runs: list[int] = []
    end = 0
    for stroke in sorted({*members}):
        begin, width = edges[stroke], edges[stroke + 1] - edges[stroke]
        if not width:
            continue
        if runs and begin == end:
            runs[-1] += width
        else:
            runs += [begin - end, width]
        end = begin + width
    return [*runs, edges[-1] - end] if runs else []


def encode_runs(runs: Sequence[int]) -> RLE:
    """Encode a picture one pixel high by its runs, zeros first."""
    width = sum(runs)
    encoded = coco_mask.frPyObjects({"size": [1, width], "counts": runs}, 1, width)
    return RLE(size=[1, width], counts=encoded["counts"].decode("ascii"))
