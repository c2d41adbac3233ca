"""Pictures one by one: which instances were found, which were missed and why, and what was invented.

D: detections of one picture above the score threshold   N: true instances of one picture
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from maskline.pictures.evaluation.agreement.overlap import IOU, Annotation, Overlap, iou, overlap

ROUGH = 0.1  # below this the detection was of something else
Cause = Literal["rough", "mistaken", "unseen"]
CAUSES: tuple[Cause, ...] = ("rough", "mistaken", "unseen")


@dataclass(frozen=True)
class Miss:
    """A true instance that no detection met.

    rough: a detection of its class covers it with an IoU of .1 to .5.  mistaken: a detection of another class meets it.
    unseen: neither.  Detections that met another instance explain nothing.
    """

    truth: Annotation
    cause: Cause


@dataclass(frozen=True)
class Case:
    """One picture: its COCO image record, the truth, and what was detected, best score first.

    overlap: of the detections and the truths, in their order.
    """

    image: Mapping[str, Any]
    truths: Sequence[Annotation]
    detections: Sequence[Annotation]
    hits: Sequence[Annotation]
    misses: Sequence[Miss]
    false_alarms: Sequence[Annotation]
    overlap: Overlap = field(compare=False)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0..1; 1 for an empty picture left empty."""
        total = 2 * len(self.hits) + len(self.misses) + len(self.false_alarms)
        return 2 * len(self.hits) / total if total else 1.0

    @property
    def errors(self) -> int:
        """How many instances were missed or invented."""
        return len(self.misses) + len(self.false_alarms)


def compare(truth: Mapping[str, Any], results: Iterable[Annotation], score_threshold: float) -> list[Case]:
    """Match the results that score at least `score_threshold` with the truth, picture by picture, in its order."""
    detections: dict[int, list[Annotation]] = {image["id"]: [] for image in truth["images"]}
    truths: dict[int, list[Annotation]] = {image["id"]: [] for image in truth["images"]}
    for annotation in truth["annotations"]:
        truths[annotation["image_id"]].append(annotation)
    for result in results:
        if result["score"] >= score_threshold:
            detections[result["image_id"]].append(result)
    return [_case(image, truths[image["id"]], detections[image["id"]]) for image in truth["images"]]


def _case(image: Mapping[str, Any], everything: Sequence[Annotation], unsorted: Sequence[Annotation]) -> Case:
    """Match greedily, best score first, within the class.  What lies on a crowd is neither a hit nor a false alarm."""
    truths = [annotation for annotation in everything if not annotation.get("iscrowd")]
    crowds = [annotation for annotation in everything if annotation.get("iscrowd")]
    ranked = sorted(unsorted, key=lambda result: -result["score"])
    found = overlap(ranked, truths)
    met = found.matched(found.same & (found.iou >= IOU))
    free, missed = np.ones(len(ranked), bool), np.ones(len(truths), bool)
    free[found.detection[met]], missed[found.truth[met]] = False, False
    unused = free[found.detection]
    kept = ~free | (iou(ranked, crowds).max(axis=1, initial=0.0) < IOU)
    return Case(
        image=image,
        truths=truths,
        detections=[ranked[n] for n in np.flatnonzero(kept)],
        hits=[truths[n] for n in np.flatnonzero(~missed)],
        misses=[Miss(truths[n], _cause(found, (found.truth == n) & unused)) for n in np.flatnonzero(missed)],
        false_alarms=[ranked[n] for n in np.flatnonzero(kept & free)],
        overlap=found.only(kept, np.ones(len(truths), bool)),
    )


def _cause(found: Overlap, around: NDArray[np.bool_]) -> Cause:
    """Say why one instance was missed.  around: (P,), its pairs with detections that met no other instance."""
    if (found.iou[around & ~found.same] >= IOU).any():
        return "mistaken"
    return "rough" if (found.iou[around & found.same] >= ROUGH).any() else "unseen"


def worst(cases: Sequence[Case], count: int) -> list[Case]:
    """Return the cases with the lowest F1, then the most errors; flawless ones are never among them."""
    flawed = [case for case in cases if case.errors]
    return sorted(flawed, key=lambda case: (case.f1, -case.errors, case.image["id"]))[:count]


def fixed(cases: Sequence[Case], count: int) -> list[Case]:
    """Return cases evenly spread over the dataset: always the same, so that reports can be laid side by side."""
    ranked = sorted(cases, key=lambda case: case.image["id"])
    places = np.linspace(0, len(ranked) - 1, min(count, len(ranked))).round().astype(int)
    return [ranked[place] for place in places]


def tally(cases: Iterable[Case], names: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """Count per class name: truths, found, rough, mistaken, unseen, false_alarms."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in names.values()}
    for case in cases:
        for truth in case.truths:
            counts[names[truth["category_id"]]]["truths"] += 1
        for hit in case.hits:
            counts[names[hit["category_id"]]]["found"] += 1
        for miss in case.misses:
            counts[names[miss.truth["category_id"]]][miss.cause] += 1
        for alarm in case.false_alarms:
            counts[names[alarm["category_id"]]]["false_alarms"] += 1
    fields = ("truths", "found", *CAUSES, "false_alarms")
    return {name: {field: count[field] for field in fields} for name, count in counts.items()}
