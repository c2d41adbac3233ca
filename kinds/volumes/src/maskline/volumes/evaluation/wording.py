"""What each figure is called and means."""

from typing import NamedTuple


class Wording(NamedTuple):
    """A figure for people."""

    title: str
    meaning: str


FIGURES = {
    "ap50": Wording("AP50", "average precision where instances overlap by more than half, results ranked by score"),
    "ap75": Wording("AP75", "the same at an overlap of 0.75"),
    "ap": Wording("AP", "mean of average precision over overlaps of 0.50, 0.55 ... 0.95"),
    "f1": Wording("F1", "harmonic mean of precision and recall at an overlap of one half"),
    "precision": Wording("precision", "share of the results that overlap an instance by more than half"),
    "recall": Wording("recall", "share of the instances that a result overlaps by more than half"),
    "mean_accuracy": Wording(
        "mean accuracy", "right / (right + spurious + missed), mean over the ten overlaps; CryoSiam calls it AP"
    ),
    "pq": Wording("PQ", "panoptic quality: SQ times RQ (Kirillov et al. 2019)"),
    "sq": Wording("SQ", "mean overlap of the instances that are found"),
    "rq": Wording("RQ", "recognition quality, which is F1"),
    "class_accuracy": Wording("class right", "share of the found instances that are of the class told"),
    "centre_recall": Wording("centres found", "share of the instances with a result's centre within the radius"),
    "centre_precision": Wording(
        "centres right", "share of the results whose centre is within the radius of an instance's"
    ),
    "foreground_iou": Wording("foreground", "overlap of all instances together with all results together"),
    "voi_split": Wording(
        "VOI split", "bits by which results cut instances up (Meila 2007), in the truth's foreground; lower is better"
    ),
    "voi_merge": Wording("VOI merge", "bits by which results join instances; lower is better"),
}
MEANINGS = {name: wording.meaning for name, wording in FIGURES.items()}


def number(value: float | None) -> str:
    """Return a figure as text."""
    return "\N{EN DASH}" if value is None else f"{value:.3f}"
