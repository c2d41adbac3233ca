"""The thresholds of each class at which a measure is highest."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from maskline.contract.thresholds import Threshold
from maskline.pictures.evaluation.tuning.measures import Measure
from maskline.pictures.evaluation.tuning.ranking import Overlap, Ranking, rank

Tried = Mapping[int, Ranking]
"""The results of one class: least area in pixels -> the ranking of those that have it."""
DIGITS = 6
"""Of scores, as results have them."""
NOISE = 0.2
"""Times 1 / sqrt(instances): a share of so many has a standard error of at most .5 / sqrt(instances)."""


def tried(pictures: Sequence[Overlap], ious: NDArray[np.float64]) -> Tried:
    """Return the rankings of a class without its smallest 0, 1, 2, 4, 8 ... results, at most half of them."""
    areas = np.sort(np.concatenate([picture.area for picture in pictures]))
    left_out = (2**power for power in range(len(areas).bit_length()) if 2 ** (power + 1) <= len(areas))
    return {least: rank(pictures, least, ious) for least in [0, *sorted({int(areas[count]) for count in left_out})]}


def cut(rankings: Tried, threshold: Threshold) -> Ranking:
    """Return what a threshold keeps of a class."""
    ranking = rankings[threshold.pixels]
    return ranking.best(int((ranking.score >= threshold.score).sum()))


def search(classes: Sequence[Tried], measure: Measure, floor: float, noise: float = NOISE) -> list[Threshold]:
    """Choose the thresholds of all classes.

    One class after another takes the best of all scores and areas, given the others', from the usual ones on until
    none changes: where classes have no part in each other's measure that is the highest there is, else one that no
    single class can raise.  Then each takes the smallest area, and there the middle of the scores, at which the measure
    is lower by no more than noise / sqrt(instances of the class): on other pictures the highest point is elsewhere, but
    hardly ever beyond the plateau that it stands on.
    floor: the score that all results have.
    """
    chosen = [Threshold(score=measure.usual, pixels=0)] * len(classes)
    before: list[Threshold] = []
    while chosen != before:
        before = [*chosen]
        for number, rankings in enumerate(classes):
            chosen[number] = _best(rankings, measure, _others(classes, chosen, number), floor, 0.0, chosen[number])
    return [
        _best(rankings, measure, _others(classes, chosen, number), floor, noise / _spread(rankings), chosen[number])
        for number, rankings in enumerate(classes)
    ]


def _spread(rankings: Tried) -> float:
    return math.sqrt(max(1, int(rankings[0].truths.sum())))


def _others(classes: Sequence[Tried], chosen: Sequence[Threshold], number: int) -> list[Ranking]:
    pairs = zip(classes, chosen, strict=True)
    return [cut(rankings, threshold) for other, (rankings, threshold) in enumerate(pairs) if other != number]


def _best(
    rankings: Tried, measure: Measure, others: Sequence[Ranking], floor: float, tolerance: float, at: Threshold
) -> Threshold:
    """Return the best threshold of a class, or the one it is at where nothing is better."""
    curves = {least: _curve(ranking, measure, others) for least, ranking in rankings.items() if len(ranking.score)}
    highest = max((values.max() for _, values in curves.values()), default=-np.inf)
    if highest <= 0:
        return at
    least, (scores, values) = next(of for of in curves.items() if of[1][1].max() >= highest - tolerance)
    return Threshold(score=_middle(scores, values, highest - tolerance, floor), pixels=least)


def _curve(
    ranking: Ranking, measure: Measure, others: Sequence[Ranking]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return every score there is, highest first, and the measure of what has at least that score."""
    ends = np.flatnonzero(np.append(ranking.score[1:] != ranking.score[:-1], True))
    return ranking.score[ends], measure.curve(ranking, others)[ends]


def _middle(scores: NDArray[np.float64], values: NDArray[np.float64], enough: float, floor: float) -> float:
    """Return the middle of the scores around the best one from which on the values are `enough`."""
    first = last = int(values.argmax())
    while first and values[first - 1] >= enough:
        first -= 1
    while last + 1 < len(values) and values[last + 1] >= enough:
        last += 1
    high, low = float(scores[first]), float(scores[last + 1]) if last + 1 < len(scores) else floor
    middle = round((high + low) / 2, DIGITS)
    return middle if middle > low else high
