"""Results held against the truth, picture by picture.

D: results of one picture   N: true instances of one picture
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from faster_coco_eval.core import mask as coco_mask
from numpy.typing import NDArray

IOU = 0.5
"""From here on a result finds an instance, as in AP50."""
Annotation = Mapping[str, Any]


@dataclass(frozen=True)
class Compared:
    """One picture: what is there and what was found."""

    truths: Sequence[Annotation]
    """Without crowds."""
    results: Sequence[Annotation]
    """Best score first."""

    @cached_property
    def iou(self) -> NDArray[np.float64]:
        """(D, N) mask IoU."""
        masks = [[dict(entry["segmentation"]) for entry in side] for side in (self.results, self.truths)]
        if not all(masks):
            return np.zeros((len(self.results), len(self.truths)))
        return np.asarray(coco_mask.iou(*masks, [0] * len(self.truths)), np.float64)

    @cached_property
    def found(self) -> list[Annotation | None]:
        """For every instance the result of its class that found it: COCO's pairs at IoU .5."""
        given, wanted = (
            np.array([entry["category_id"] for entry in side], int) for side in (self.results, self.truths)
        )
        return self._found(given[:, None] == wanted)

    @cached_property
    def found_of_any_class(self) -> list[Annotation | None]:
        """For every instance the result of whatever class that found it."""
        return self._found(np.ones(self.iou.shape, bool))

    def about(self, chosen: NDArray[np.bool_]) -> list[Annotation]:
        """Return the results that overlap one of the chosen instances more than any other instance.

        chosen: (N,).
        """
        if not self.iou.size:
            return []
        overlapping = (self.iou.max(axis=1) > 0) & chosen[self.iou.argmax(axis=1)]
        return [self.results[number] for number in np.flatnonzero(overlapping).tolist()]

    def _found(self, may: NDArray[np.bool_]) -> list[Annotation | None]:
        """may: (D, N), which pairs there may be."""
        by: list[Annotation | None] = [None] * len(self.truths)
        for number, place in enumerate(matched(np.where(may & (self.iou >= IOU), self.iou, 0.0))):
            if place >= 0:
                by[place] = self.results[number]
        return by


def compared(truth: Mapping[str, Any], results: Sequence[Annotation]) -> list[Compared]:
    """Return the pictures of a COCO document, in its order, with COCO results."""
    truths, found = by_image(truth["annotations"]), by_image(results)
    return [
        Compared(
            [annotation for annotation in truths[image["id"]] if not annotation.get("iscrowd")],
            sorted(found[image["id"]], key=lambda result: -result["score"]),
        )
        for image in truth["images"]
    ]


def matched(agreement: NDArray[np.float64]) -> NDArray[np.intp]:
    """Pair each result, in turn, with the free instance it agrees with best.

    agreement: (D, N), 0 where they may not be paired.  Returns (D,): the instance, -1 for none.
    """
    free = np.ones(agreement.shape[1], bool)
    pairs = np.full(len(agreement), -1, np.intp)
    for number, row in enumerate(agreement):
        open_row = np.where(free, row, 0.0)
        if open_row.size and open_row.max() > 0:
            pairs[number] = open_row.argmax()
            free[pairs[number]] = False
    return pairs


def by_image(entries: Iterable[Annotation]) -> Mapping[int, list[Annotation]]:
    """Return the entries of every picture, by its id; of one that has none, an empty list."""
    found: defaultdict[int, list[Annotation]] = defaultdict(list)
    for entry in entries:
        found[entry["image_id"]].append(entry)
    return found
