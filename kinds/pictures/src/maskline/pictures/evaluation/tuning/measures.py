"""What thresholds can be chosen for: F1, average precision, and the measure of Kaggle's contests on cells.

N, T, P: as in `ranking`   R: levels of recall
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.pictures.evaluation.agreement import kaggle
from maskline.pictures.evaluation.agreement.kaggle import THRESHOLDS
from maskline.pictures.evaluation.agreement.overlap import IOU
from maskline.pictures.evaluation.tuning.ranking import Ranking

Values = NDArray[np.float64]
RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True)
class Measure:
    """What is to be highest.

    ious: (T,), from which on a result meets an instance.  usual: the score from which on results count untuned.
    curve: of a class's ranking and those of the other classes as they are cut: (N,), the measure of the first 1 ... N
    results; -inf where that many are out of the question.
    value: of classes as they are cut; None where there is nothing to measure.
    coupled: whether a class's best depends on the others.
    """

    ious: Values
    usual: float
    curve: Callable[[Ranking, Sequence[Ranking]], Values]
    value: Callable[[Sequence[Ranking]], float | None]
    coupled: bool = False


def _f1_curve(ranking: Ranking, others: Sequence[Ranking]) -> Values:
    """Return 2 TP / (2 TP + FP + FN) of the class; the other classes have no part in it."""
    del others
    right, false = ranking.hit[:, 0].cumsum(), ranking.false[:, 0].cumsum()
    return np.asarray(2 * right / np.maximum(right + false + ranking.truths.sum(), 1))


def _f1(rankings: Sequence[Ranking]) -> float | None:
    return _mean_of_classes(rankings, lambda ranking: _last(_f1_curve(ranking, ())))


def _ap_curve(ranking: Ranking, others: Sequence[Ranking]) -> Values:
    """Return the average precision of all results: fewer of them can only have a lower one."""
    del others
    values = np.full(len(ranking.score), -np.inf)
    values[-1:] = _average_precision(ranking)
    return values


def _ap(rankings: Sequence[Ranking]) -> float | None:
    return _mean_of_classes(rankings, _average_precision)


def _average_precision(ranking: Ranking) -> float:
    """Return COCO's: the mean over IoUs and 101 recalls of the best precision at that recall or a higher one."""
    truths, found = ranking.truths.sum(), []
    for hit, false in zip(ranking.hit.T, ranking.false.T, strict=True):
        right, wrong = hit[hit | false].cumsum(), false[hit | false].cumsum()
        precision = np.maximum.accumulate((right / np.maximum(right + wrong, 1))[::-1])[::-1]
        places = np.searchsorted(right / truths, RECALLS)
        found.append(np.append(precision, 0.0)[np.minimum(places, len(precision))].mean())
    return float(np.mean(found))


def _mean_of_classes(rankings: Sequence[Ranking], measured: Callable[[Ranking], float]) -> float | None:
    values = [measured(ranking) for ranking in rankings if ranking.truths.sum()]
    return float(np.mean(values)) if values else None


def _last(values: Values) -> float:
    return float(values[-1]) if len(values) else 0.0


def _kaggle(rankings: Sequence[Ranking]) -> float | None:
    """Return the mean over pictures, but for those with nothing in them, of Kaggle's measure.

    Other than in a report a result is right within its class only; counts are of all classes together.
    """
    right, every = _counts(rankings)
    there = every[:, 0] > 0
    return float(kaggle.shares(right, every)[there].mean()) if there.any() else None


def _kaggle_curve(ranking: Ranking, others: Sequence[Ranking]) -> Values:
    """Return the measure of all classes together: each result changes the share of its own picture only."""
    right, every = _counts([*others, ranking.best(0)])
    order = np.argsort(ranking.picture, kind="stable")
    picture = ranking.picture[order]
    first = np.searchsorted(picture, picture)  # of each result's picture
    after = kaggle.shares(
        right[picture] + _sums(ranking.hit[order], first), every[picture] + _sums(ranking.false[order], first)
    )
    there = every[picture, 0] + _sums(ranking.false[order], first)[:, 0] > 0
    opening = np.arange(len(picture)) == first
    before = np.where(opening, kaggle.shares(right, every)[picture], np.roll(after, 1))
    was_there = np.where(opening, every[picture, 0] > 0, np.roll(there, 1))
    gained, joined = np.empty(len(order)), np.empty(len(order))
    gained[order], joined[order] = after - before, there.astype(float) - was_there
    total = kaggle.shares(right, every).sum() + gained.cumsum()
    return np.asarray(total / np.maximum((every[:, 0] > 0).sum() + joined.cumsum(), 1))


def _counts(rankings: Sequence[Ranking]) -> tuple[Values, Values]:
    """Return TP and TP + FP + FN of each picture: (P, T) both."""
    shape = (len(rankings[0].truths), rankings[0].hit.shape[1])
    right, every = np.zeros(shape), np.zeros(shape)
    for ranking in rankings:
        np.add.at(right, ranking.picture, ranking.hit)
        np.add.at(every, ranking.picture, ranking.false)
        every += ranking.truths[:, None]
    return right, every


def _sums(flags: NDArray[np.bool_], first: NDArray[np.intp]) -> Values:
    """Sum up from each row's `first` to itself: (N, T)."""
    sums = np.concatenate([np.zeros((1, flags.shape[1])), flags.cumsum(axis=0)])
    return np.asarray(sums[1:] - sums[first])


MEASURES: Mapping[str, Measure] = {
    "f1": Measure(np.array([IOU]), 0.5, _f1_curve, _f1),
    "ap": Measure(THRESHOLDS, 0.0, _ap_curve, _ap),
    "kaggle": Measure(np.nextafter(THRESHOLDS, 1), 0.5, _kaggle_curve, _kaggle, coupled=True),  # more than the IoU
}
