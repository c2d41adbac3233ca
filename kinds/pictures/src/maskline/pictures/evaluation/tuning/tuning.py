"""How thresholds are chosen: each class's best, kept where it pays on pictures that it was not chosen on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from maskline.contract.kind.evaluation import Comparison, Tuned
from maskline.contract.thresholds import Threshold, Thresholds
from maskline.pictures.evaluation.tuning.crossfit import Pair, crossfit, gain, of_class
from maskline.pictures.evaluation.tuning.measures import MEASURES, Measure
from maskline.pictures.evaluation.tuning.ranking import Overlap, overlap
from maskline.pictures.evaluation.tuning.search import Tried, cut, search, tried

NOTHING = "nothing of it is in these pictures"
FOUND_NOTHING = "nothing of it was found"
NO_GAIN = "no gain on pictures it was not chosen on"


def tune(objective: str, compared: Comparison, floor: float) -> Tuned:
    """Choose thresholds for a measure, one of MEASURES.  floor: the score that all results have."""
    measure, truth = MEASURES[objective], compared.truth
    usual = Threshold(score=max(measure.usual, floor), pixels=0)
    categories = truth["categories"]
    classes = [tried(pictures, measure.ious) for pictures in _overlaps(truth, compared.results)]
    groups = [str(image.get("group", image["id"])) for image in truth["images"]]
    pairs = crossfit(classes, groups, measure, usual, floor)
    best, kept = search(classes, measure, floor), _kept(classes, pairs, measure)
    chosen = [of if not why else usual for of, why in zip(best, kept, strict=True)]
    rows = {
        entry["name"]: _row(rankings, usual, chosen[number], of_class(pairs, number), measure, kept[number])
        for number, (entry, rankings) in enumerate(zip(categories, classes, strict=True))
    }
    every = {
        "before": measure.value([cut(rankings, usual) for rankings in classes]),
        "after": measure.value([cut(rankings, of) for rankings, of in zip(classes, chosen, strict=True)]),
        "gain": gain(pairs, measure, [not why for why in kept]),
    }
    own = {entry["name"]: of for entry, of, why in zip(categories, chosen, kept, strict=True) if not why}
    return Tuned(Thresholds(classes=own), every, rows)


def _overlaps(truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> list[list[Overlap]]:
    """Return what is in each picture, class by class."""
    sides: list[dict[tuple[int, int], list[Any]]] = []
    for side in (results, truth["annotations"]):
        sides.append(defaultdict(list))
        for entry in side:
            sides[-1][entry["category_id"], entry["image_id"]].append(entry)
    found, true = sides
    return [
        [overlap(found[category["id"], image["id"]], true[category["id"], image["id"]]) for image in truth["images"]]
        for category in truth["categories"]
    ]


def _kept(classes: Sequence[Tried], pairs: Sequence[Pair], measure: Measure) -> list[str]:
    """Say of each class why it stays as it is; "" where it takes its thresholds."""
    whys = [_missing(rankings) for rankings in classes]
    if measure.coupled:
        pays = (gain(pairs, measure, [not why for why in whys]) or 0) > 0
        return [why or ("" if pays else NO_GAIN) for why in whys]
    gains = [gain(of_class(pairs, number), measure, [True]) or 0 for number in range(len(classes))]
    return [why or ("" if gained > 0 else NO_GAIN) for why, gained in zip(whys, gains, strict=True)]


def _missing(rankings: Tried) -> str:
    if not rankings[0].truths.sum():
        return NOTHING
    return "" if len(rankings[0].score) else FOUND_NOTHING


def _row(
    rankings: Tried, usual: Threshold, chosen: Threshold, pairs: Sequence[Pair], measure: Measure, kept: str
) -> dict[str, Any]:
    """Return what is told of one class, measured alone."""
    return {
        "instances": int(rankings[0].truths.sum()),
        "score": chosen.score,
        "pixels": chosen.pixels,
        "before": measure.value([cut(rankings, usual)]),
        "after": measure.value([cut(rankings, chosen)]),
        "gain": gain(pairs, measure, [True]),
        "kept": kept,
    }
