"""What tuning gains on pictures that it has not seen: chosen on one half, measured on the other, and the other way."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from maskline.contract.identity import digest
from maskline.contract.thresholds import Threshold
from maskline.pictures.evaluation.tuning.measures import Measure
from maskline.pictures.evaluation.tuning.ranking import Ranking
from maskline.pictures.evaluation.tuning.search import Tried, cut, search

Pair = tuple[Sequence[Ranking], Sequence[Ranking]]
"""The classes of one half, as they are cut untuned, and as the thresholds of the other half cut them."""


def crossfit(
    classes: Sequence[Tried], groups: Sequence[str], measure: Measure, usual: Threshold, floor: float
) -> list[Pair]:
    """Tune on either half and cut the other.

    groups: of the P pictures; no group is in both halves.  Empty where all pictures are of one.
    """
    return [
        (
            [cut(rankings, usual) for rankings in held_out],
            [cut(rankings, of) for rankings, of in zip(held_out, search(fitted, measure, floor), strict=True)],
        )
        for fitted, held_out in _halved(classes, _halves(groups))
    ]


def gain(pairs: Sequence[Pair], measure: Measure, tuned: Sequence[bool]) -> float | None:
    """Return the measure of all classes tuned minus untuned, the mean of the halves; None where there is nothing.

    tuned: which classes take their thresholds.
    """
    gains = []
    for usual, cuts in pairs:
        before = measure.value(usual)
        after = measure.value([cuts[n] if takes else usual[n] for n, takes in enumerate(tuned)])
        if before is not None and after is not None:
            gains.append(after - before)
    return float(np.mean(gains)) if gains else None


def of_class(pairs: Sequence[Pair], number: int) -> list[Pair]:
    """Return one class alone."""
    return [([usual[number]], [cuts[number]]) for usual, cuts in pairs]


def _halves(groups: Sequence[str]) -> list[NDArray[np.bool_]]:
    """Return two masks of the pictures, (P,): the groups in an order that tells nothing, every second one in each."""
    order = sorted({*groups}, key=lambda group: digest(group.encode()))
    first = np.isin(np.array(groups), order[::2])
    return [first, ~first] if len(order) > 1 else []


def _halved(classes: Sequence[Tried], halves: Sequence[NDArray[np.bool_]]) -> Iterator[tuple[list[Tried], list[Tried]]]:
    for half in halves:
        yield [_within(rankings, half) for rankings in classes], [_within(rankings, ~half) for rankings in classes]


def _within(rankings: Tried, pictures: NDArray[np.bool_]) -> Tried:
    return {least: ranking.within(pictures) for least, ranking in rankings.items()}
