"""The one average precision of the project, so that train's validation and evaluate agree to the last digit.

COCO's definition: precision interpolated at 101 recalls, averaged over the IoU thresholds .50, .55 ... .95.

T: IoU thresholds (10)   R: recalls (101)   K: classes   A: area ranges (all, small, medium, large)   M: limits (1)
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from faster_coco_eval import COCO, COCOeval_faster
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput

IouType = Literal["segm", "bbox"]
IOU_50, IOU_75 = 0, 5
AREAS = ("all", "small", "medium", "large")
SHAPE_FIELD: dict[IouType, str] = {"segm": "segmentation", "bbox": "bbox"}


@dataclass(frozen=True)
class ClassPrecision:
    """What one class reached.  None: the truth holds no instance of it."""

    ap: float | None
    ap50: float | None
    ap75: float | None
    truths: int
    detections: int


@dataclass(frozen=True)
class AveragePrecision:
    """Averages over classes, each in 0..1.  None: the truth holds nothing to find.

    small, medium, large: areas below 32 * 32, below 96 * 96 and above, in square pixels.
    per_class: class name -> figures, in the order of the truth's categories.
    curves: class name -> highest precision at IoU .5 for recalls 0, .01 ... 1; classes without truth are left out.
    """

    ap: float | None
    ap50: float | None
    ap75: float | None
    ap_small: float | None
    ap_medium: float | None
    ap_large: float | None
    per_class: dict[str, ClassPrecision]
    curves: dict[str, list[float]]


def average_precision(
    truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]], iou_type: IouType, max_detections: int
) -> AveragePrecision:
    """Score COCO results against a COCO document; neither is changed.

    truth: images, annotations (image_id, category_id, segmentation RLE, bbox, area) and categories.
    results: image_id, category_id, score, and segmentation or bbox as `iou_type` needs.
    max_detections: only so many results, the best, count per image and class.
    Raises InvalidInput when a result names an image or a category that the truth does not have.
    """
    _require_known(truth, results)
    evaluation = COCOeval_faster(*_documents(truth, results, iou_type), iouType=iou_type)
    evaluation.params.maxDets = [max_detections]
    evaluation.evaluate()
    evaluation.accumulate()
    precision: NDArray[np.float64] = np.asarray(evaluation.eval["precision"])[..., 0]  # (T, R, K, A), -1 without truth
    names = {category["id"]: str(category["name"]) for category in truth["categories"]}
    everything = precision[..., 0]
    found = Counter(result["category_id"] for result in results)
    labelled = Counter(a["category_id"] for a in truth["annotations"] if not a.get("iscrowd", 0))
    columns = {key: everything[:, :, k] for k, key in enumerate(evaluation.params.catIds)}
    return AveragePrecision(
        ap=_mean(everything),
        ap50=_mean(everything[IOU_50]),
        ap75=_mean(everything[IOU_75]),
        ap_small=_mean(precision[..., AREAS.index("small")]),
        ap_medium=_mean(precision[..., AREAS.index("medium")]),
        ap_large=_mean(precision[..., AREAS.index("large")]),
        per_class={name: _class_precision(columns[key], labelled[key], found[key]) for key, name in names.items()},
        curves={name: columns[key][IOU_50].tolist() for key, name in names.items() if columns[key][IOU_50, 0] >= 0},
    )


def _require_known(truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> None:
    for field, section in (("image_id", "images"), ("category_id", "categories")):
        known = {entry["id"] for entry in truth[section]}
        strangers = sorted({result[field] for result in results} - known)
        if strangers:
            message = f"results name {field} {strangers[0]}, which is not among the {len(known)} {section} of the truth"
            raise InvalidInput(message)


def _documents(truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]], iou_type: IouType) -> tuple[COCO, COCO]:
    """Hand the library copies, because it writes into what it gets.

    Results keep only the shape that is compared: with a box beside it, a mask would be sized by the box's area.
    """
    fields = ("image_id", "category_id", "score", SHAPE_FIELD[iou_type])
    document = COCO(
        {
            "images": [dict(image) for image in truth["images"]],
            "annotations": [dict(annotation) for annotation in truth["annotations"]],
            "categories": [dict(category) for category in truth["categories"]],
        }
    )
    return document, document.loadRes([{field: result[field] for field in fields} for result in results])


def _class_precision(precision: NDArray[np.float64], truths: int, detections: int) -> ClassPrecision:
    """precision: (T, R) of one class."""
    return ClassPrecision(
        _mean(precision), _mean(precision[IOU_50]), _mean(precision[IOU_75]), truths=truths, detections=detections
    )


def _mean(precision: NDArray[np.float64]) -> float | None:
    """Average what there is; the library marks what has no truth with -1."""
    known = precision[precision > -1]
    return float(known.mean()) if known.size else None
