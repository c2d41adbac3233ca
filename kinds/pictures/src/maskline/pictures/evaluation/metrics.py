"""The figures of a report, as they stand in `metrics.json`."""

from typing import Literal

from pydantic import Field

from maskline.contract.config import Config
from maskline.contract.domain import Measures


class Agreement(Config):
    """What the detections above the score threshold come to.

    None: there is nothing to measure, or the report is older than the figure.
    """

    precision: float | None = Field(default=None, description="share of the detections that met an instance")
    recall: float | None = Field(default=None, description="share of the instances that were met")
    f1: float | None = None
    mean_iou: float | None = Field(default=None, description="of the masks that met")
    kaggle_map: float | None = Field(
        default=None, description="TP / (TP + FP + FN) over IoU .50 to .95 within a picture, mean of the pictures"
    )
    panoptic_quality: float | None = Field(default=None, description="segmentation_quality * recognition_quality")
    segmentation_quality: float | None = Field(default=None, description="mean IoU of pairs with an IoU above .5")
    recognition_quality: float | None = Field(default=None, description="TP / (TP + FP / 2 + FN / 2) of these")
    aggregated_jaccard: float | None = Field(
        default=None, description="shared pixels over all pixels of a picture's instances, mean of the pictures"
    )
    count_error: float | None = Field(
        default=None, description="found minus true instances of a picture, mean size of the difference"
    )
    count_bias: float | None = Field(default=None, description="the same with its sign: above 0, too many are found")
    count_error_share: float | None = Field(
        default=None, description="sum of the sizes of the differences over the number of true instances"
    )


class ClassMetrics(Agreement):
    """One class.  Average precisions are None where the truth holds no instance of it."""

    ap: float | None = Field(description="mask AP over IoU .50 to .95")
    ap50: float | None
    ap75: float | None
    box_ap: float | None
    box_ap50: float | None
    box_ap75: float | None
    truths: int
    detections: int = Field(description="of any score")
    found: int = Field(description="instances met by a detection above the score threshold, mask IoU at least .5")
    rough: int = Field(description="missed, though a detection of the class covers them with an IoU of .1 to .5")
    mistaken: int = Field(description="missed, met by a detection of another class")
    unseen: int = Field(description="missed altogether")
    false_alarms: int = Field(description="detections above the score threshold that met nothing")


class Metrics(Agreement):
    """All figures of one report.  Average precisions are COCO's, 0..1; None where the truth holds nothing to find."""

    schema_version: Literal["maskline/metrics/1"] = "maskline/metrics/1"
    split: str
    images: int
    images_without_detections: int = Field(description="nothing in them scored above the threshold")
    truths: int
    detections: int = Field(description="of any score")
    mask_ap: float | None
    mask_ap50: float | None
    mask_ap75: float | None
    mask_ap_small: float | None = Field(description="instances below 32 * 32 square pixels")
    mask_ap_medium: float | None
    mask_ap_large: float | None = Field(description="instances above 96 * 96 square pixels")
    box_ap: float | None
    box_ap50: float | None
    box_ap75: float | None
    box_ap_small: float | None
    box_ap_medium: float | None
    box_ap_large: float | None
    score_threshold: float = Field(description="figures of agreement, and counts of hits and misses, are at this score")
    per_class: dict[str, ClassMetrics]
    curves: dict[str, list[float]] = Field(description="mask precision at IoU .5 for recalls 0, .01 ... 1")
    domain: dict[str, Measures] = Field(description="the domain's own measures, if it has any")
    remarks: tuple[str, ...] = Field(default=(), description="where a limit was met, and what that means")
    readings: dict[str, "Metrics"] = Field(
        default={}, description="name of a reading -> the figures of the same results, read so"
    )
