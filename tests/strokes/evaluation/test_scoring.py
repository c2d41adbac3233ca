"""Figures by part, by category and by number of strokes."""

from collections.abc import Sequence

from scribbles import IDS, Things, results, truths

from maskline.contract.domain import Measures
from maskline.strokes.evaluation.compare.strokes import Label
from maskline.strokes.evaluation.metrics import Metrics, ObjectMetrics, PartMetrics, SizeMetrics
from maskline.strokes.evaluation.scoring import score
from maskline.strokes.evaluation.wording import FIGURES, GIVEN, MEANINGS

CAR: Things = [{"car": [0, 1, 2], "car/body": [0], "car/wheel": [[1], [2]]}]
HORSE: Things = [{"horse": [0, 1, 2, 3], "horse/head": [0, 1], "horse/left-leg": [2], "horse/right-leg": [3]}]
HORSE_FOUND: Things = [{"horse": [0, 1, 2, 3], "horse/head": [0], "horse/left-leg": [1, 2, 3]}]
TRUTH = truths([([1, 1, 1], CAR), ([1, 1, 1, 1], HORSE)])
GIVEN_PARTS = {1: [IDS["car/body"]] * 3, 2: [IDS["horse/head"]] * 4}


def measured(found: Sequence[Label], given: dict[int, list[int]] | None = None) -> Metrics:
    return score(TRUTH, found, given, "val", {}).metrics


def test_a_part_has_precision_and_recall_with_its_side() -> None:
    parts = measured(results(CAR, 1) + results(HORSE_FOUND, 2)).per_class
    assert parts["horse/head"] == PartMetrics(precision=1, recall=0.5, f1=2 / 3, strokes=2, found=1)
    assert parts["horse/left-leg"] == PartMetrics(precision=1 / 3, recall=1, f1=0.5, strokes=1, found=3)
    assert parts["horse/right-leg"] == PartMetrics(precision=None, recall=0, f1=0, strokes=1, found=0)
    assert parts["horse/front-left-foot"] == PartMetrics(precision=None, recall=None, f1=None, strokes=0, found=0)


def test_confusion_tells_what_was_taken_for_what_and_for_nothing() -> None:
    assert measured(results(HORSE_FOUND, 2)).confusion == {
        "car/body": {"": 1},
        "car/wheel": {"": 2},
        "horse/head": {"horse/head": 1, "horse/left-leg": 1},
        "horse/left-leg": {"horse/left-leg": 1},
        "horse/right-leg": {"horse/left-leg": 1},
    }


def test_categories_are_measured_each_by_itself() -> None:
    found = measured(results(HORSE_FOUND, 2), GIVEN_PARTS).by_category
    assert found == {
        "car": ObjectMetrics(
            objects=1,
            strokes=3,
            stroke_accuracy=0,
            macro_f1=0,
            side_accuracy=None,
            category_accuracy=0,
            objects_found=0,
            given_stroke_accuracy=1 / 3,
            given_macro_f1=0.25,
        ),
        "horse": ObjectMetrics(
            objects=1,
            strokes=4,
            stroke_accuracy=0.75,
            macro_f1=(2 / 3 + 0.8) / 2,
            side_accuracy=0.5,
            category_accuracy=1,
            objects_found=1,
            given_stroke_accuracy=0.5,
            given_macro_f1=1 / 3,
        ),
    }


def test_sketches_are_measured_by_their_number_of_strokes() -> None:
    found = measured(results(CAR, 1) + results(HORSE_FOUND, 2), GIVEN_PARTS).by_strokes
    assert found == {
        "1-3": SizeMetrics(
            sketches=1,
            strokes=3,
            stroke_accuracy=1,
            component_accuracy=1,
            category_accuracy=1,
            given_stroke_accuracy=1 / 3,
        ),
        "4-6": SizeMetrics(
            sketches=1,
            strokes=4,
            stroke_accuracy=0.75,
            component_accuracy=0.75,
            category_accuracy=1,
            given_stroke_accuracy=0.5,
        ),
    }


def test_many_strokes_are_a_band_without_end() -> None:
    many: Things = [{"car": list(range(200)), "car/body": list(range(200))}]
    found = score(truths([([1] * 200, many)]), results(many), None, "val", {}).metrics
    assert list(found.by_strokes) == ["21+"]
    assert found.by_strokes["21+"].strokes == 200


def test_counts_tell_what_was_measured() -> None:
    scene: Things = [{"car": [0], "car/body": [0]}, {"horse": [1]}]
    found = score(truths([([1, 1, 1], scene), ([1, 1, 1], CAR)]), results(CAR, 2), None, "val", {}).metrics
    counts = (found.sketches, found.scenes, found.objects, found.strokes, found.labelled, found.unanswered)
    assert counts == (2, 1, 3, 6, 4, 1)


def test_the_domains_own_measures_stand_beside() -> None:
    own = {"own": Measures(caption="", columns=["a"], rows={"b": {"a": 1}})}
    assert score(TRUTH, [], None, "val", own).metrics.domain == own


def test_every_figure_is_told_in_words() -> None:
    names = measured([]).figures
    assert set(MEANINGS) == set(names)
    assert set(FIGURES) == {name for name in names if not name.startswith(GIVEN)}
    assert "chosen with the truth at hand, as InstanceSketch reports it" in MEANINGS["side_accuracy_flip_by_truth"]
    assert "from the drawing alone" in MEANINGS["side_accuracy"]
