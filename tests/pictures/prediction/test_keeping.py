"""What is kept of what was found, class by class."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.contract.thresholds import Threshold, Thresholds
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.finder import finder
from maskline.pictures.prediction.inference import Found
from maskline.pictures.prediction.keeping import kept, limits

TUNED = Thresholds(classes={"block": Threshold(score=0.7, pixels=12), "bar": Threshold(score=0.3, pixels=0)})


def instance(category: int, score: float, pixels: int) -> dict[str, Any]:
    mask = np.zeros((8, 8), bool)
    mask.ravel()[:pixels] = True
    return {"category_id": category, "score": score, "segmentation": rle.encode(mask)}


def test_a_class_with_limits_of_its_own_has_these_and_the_others_the_common_score(checkpoint: Artifact) -> None:
    config = PicturePrediction(score_threshold=0.5, thresholds={"block": 0.8}, min_pixels={"bar": 10})
    every = [
        instance(3, 0.8, 1),
        instance(3, 0.79, 60),
        instance(4, 0.6, 10),
        instance(4, 0.6, 9),
        instance(4, 0.49, 60),
    ]
    found = kept(Found(every, limited=True), limits(config, checkpoint.manifest.categories))
    assert found.instances == [every[0], every[2]]
    assert found.limited


def test_a_lower_threshold_of_one_class_finds_more_of_it_alone(
    checkpoint: Artifact, config: PicturePrediction, picture: Any
) -> None:
    drawn: NDArray[np.uint8] = picture(1)
    (every,) = finder(checkpoint, config)([drawn])
    scores = sorted(each["score"] for each in every.instances)
    most = config.model_copy(update={"score_threshold": 1.0, "thresholds": {"block": scores[0]}})
    (found,) = finder(checkpoint, most)([drawn])
    assert found.instances == [each for each in every.instances if each["category_id"] == 3]


def test_a_limit_of_a_class_that_is_not_there_is_refused(checkpoint: Artifact) -> None:
    for told in ({"thresholds": {"hexagon": 0.5}}, {"min_pixels": {"hexagon": 5}}):
        with pytest.raises(InvalidInput, match=r"category 'hexagon' is not in the table of shapes \(block, bar\)"):
            finder(checkpoint, PicturePrediction.model_validate(told))


@pytest.mark.parametrize(
    ("told", "scores", "pixels"),
    [
        ({}, {"block": 0.7, "bar": 0.3}, {"block": 12}),
        ({"thresholds": {"block": 0.2}}, {"block": 0.2, "bar": 0.3}, {"block": 12}),
        ({"min_pixels": {"block": 0}}, {"block": 0.7, "bar": 0.3}, {"block": 0}),
        ({"score_threshold": 0.05}, {}, {"block": 12}),
        ({"score_threshold": 0.05, "thresholds": {"bar": 0.9}}, {"bar": 0.9}, {"block": 12}),
    ],
)
def test_what_is_told_wins_over_what_was_tuned(
    told: dict[str, Any], scores: dict[str, float], pixels: dict[str, int]
) -> None:
    config = PicturePrediction.model_validate(told).with_tuned(TUNED)
    assert (config.thresholds, config.min_pixels) == (scores, pixels)


def test_tuned_thresholds_are_for_ones_own_pictures_unless_told_otherwise() -> None:
    wants = {
        told: [PicturePrediction(tuned=told).wants_tuned(own=own) for own in (True, False)]
        for told in ("own", "always", "never")
    }
    assert wants == {"own": [True, False], "always": [True, True], "never": [False, False]}
    assert [PicturePrediction().wants_tuned(own=own) for own in (True, False)] == wants["own"]
