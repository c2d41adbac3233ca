"""Average precision: truths one can check by hand, and pycocotools as the oracle."""

import copy
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from maskline.contract.coco import rle
from maskline.contract.coco.average_precision import AveragePrecision, IouType, average_precision
from maskline.contract.errors import InvalidInput

SIDE = 160
CATEGORIES = [{"id": 1, "name": "square"}, {"id": 4, "name": "disc"}, {"id": 7, "name": "ring"}]


def rectangle(x: int, y: int, width: int, height: int) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[y : y + height, x : x + width] = True
    return mask


def labelled(key: int, mask: np.ndarray, image: int = 1, category: int = 1) -> dict[str, Any]:
    code = rle.encode(mask)
    box = rle.bbox(code)
    return {"id": key, "image_id": image, "category_id": category, "iscrowd": 0, "segmentation": code, "bbox": box,
            "area": rle.area(code)}  # fmt: skip


def found(mask: np.ndarray, score: float, image: int = 1, category: int = 1) -> dict[str, Any]:
    code = rle.encode(mask)
    return {"image_id": image, "category_id": category, "score": score, "segmentation": code, "bbox": rle.bbox(code)}


def document(*annotations: dict[str, Any], images: int = 1) -> dict[str, Any]:
    records = [{"id": i + 1, "width": SIDE, "height": SIDE, "file_name": f"{i}.png"} for i in range(images)]
    return {"images": records, "annotations": list(annotations), "categories": CATEGORIES}


def test_two_squares_overlapping_by_two_thirds_have_iou_one_half() -> None:
    truth = document(labelled(1, rectangle(10, 10, 30, 30)))
    shifted_by_a_third = [found(rectangle(20, 10, 30, 30), 0.9)]  # 20 * 30 shared of 40 * 30
    scored = average_precision(truth, shifted_by_a_third, "segm", 100)
    assert scored.ap50 == pytest.approx(1.0)
    assert scored.ap75 == pytest.approx(0.0)
    assert scored.ap == pytest.approx(0.1)  # one threshold of ten is met


def test_two_squares_overlapping_by_one_third_do_not_meet() -> None:
    truth = document(labelled(1, rectangle(10, 10, 30, 30)))
    assert average_precision(truth, [found(rectangle(30, 10, 30, 30), 0.9)], "segm", 100).ap50 == pytest.approx(0.0)


def test_a_mask_is_not_its_box() -> None:
    ring = rectangle(10, 10, 40, 40) & ~rectangle(15, 15, 30, 30)
    truth = document(labelled(1, ring))
    filled = [found(rectangle(10, 10, 40, 40), 0.9)]
    assert average_precision(truth, filled, "bbox", 100).ap == pytest.approx(1.0)
    assert average_precision(truth, filled, "segm", 100).ap50 == pytest.approx(0.0)


def test_one_of_two_found_gives_precision_one_up_to_recall_one_half() -> None:
    truth = document(labelled(1, rectangle(0, 0, 20, 20)), labelled(2, rectangle(60, 60, 20, 20)))
    scored = average_precision(truth, [found(rectangle(0, 0, 20, 20), 0.9)], "segm", 100)
    assert scored.curves["square"] == [1.0] * 51 + [0.0] * 50
    assert scored.ap50 == pytest.approx(51 / 101)


def test_a_better_scored_false_alarm_halves_the_precision() -> None:
    truth = document(labelled(1, rectangle(0, 0, 20, 20)))
    results = [found(rectangle(60, 60, 20, 20), 0.9), found(rectangle(0, 0, 20, 20), 0.8)]
    assert average_precision(truth, results, "segm", 100).ap50 == pytest.approx(0.5)
    assert average_precision(truth, results, "segm", 1).ap50 == pytest.approx(0.0)  # only the false alarm counts


def test_the_right_place_with_the_wrong_class_finds_nothing() -> None:
    truth = document(labelled(1, rectangle(0, 0, 20, 20)))
    scored = average_precision(truth, [found(rectangle(0, 0, 20, 20), 0.9, category=4)], "segm", 100)
    assert scored.ap == pytest.approx(0.0)
    assert (scored.per_class["square"].truths, scored.per_class["square"].detections) == (1, 0)
    assert (scored.per_class["disc"].truths, scored.per_class["disc"].detections) == (0, 1)


def test_what_has_no_truth_has_no_figure() -> None:
    scored = average_precision(document(labelled(1, rectangle(0, 0, 20, 20))), [], "segm", 100)
    assert scored.ap == 0.0
    assert scored.ap_small == 0.0  # 400 square pixels are small
    assert scored.ap_medium is None
    assert scored.ap_large is None
    assert scored.per_class["ring"].ap is None
    assert list(scored.curves) == ["square"]
    nothing = average_precision(document(), [found(rectangle(0, 0, 5, 5), 0.5)], "bbox", 100)
    assert (nothing.ap, nothing.ap50, nothing.curves) == (None, None, {})


def test_a_result_for_an_unknown_image_or_category_is_refused() -> None:
    truth = document(labelled(1, rectangle(0, 0, 20, 20)))
    with pytest.raises(InvalidInput, match="image_id 9"):
        average_precision(truth, [found(rectangle(0, 0, 5, 5), 0.5, image=9)], "segm", 100)
    with pytest.raises(InvalidInput, match="category_id 2"):
        average_precision(truth, [found(rectangle(0, 0, 5, 5), 0.5, category=2)], "segm", 100)


def blob(rng: np.random.Generator) -> np.ndarray:
    """Draw a square, a disc or a ring of 3 to 150 pixels somewhere, often over the picture's edge."""
    y, x = np.mgrid[:SIDE, :SIDE] - rng.integers(0, SIDE, 2)[:, None, None]
    radius = np.exp(rng.uniform(np.log(1.5), np.log(75)))
    distance = np.maximum(abs(x), abs(y)) if rng.random() < 0.4 else np.hypot(x, y)
    mask: np.ndarray = (distance <= radius) & (distance >= radius * rng.choice([0, 0.6]))
    return mask


def scene(seed: int, images: int = 25) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Draw pictures full of blobs, and results that are shifted, missing, doubled, of a wrong class or invented."""
    rng = np.random.default_rng(seed)
    annotations: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for image in range(1, images + 1):
        for _ in range(rng.integers(0, 12)):
            mask, category = blob(rng), int(rng.choice([1, 4], p=[0.8, 0.2]))
            annotations.append(labelled(len(annotations) + 1, mask, image, category))
            annotations[-1]["iscrowd"] = int(rng.random() < 0.03)
            for _ in range(rng.choice([0, 1, 2], p=[0.1, 0.8, 0.1])):
                moved = np.roll(mask, rng.integers(-2, 3, 2), (0, 1))
                guess = int(rng.choice([category, 7, 4], p=[0.9, 0.05, 0.05]))
                results.append(found(moved, round(0.3 + 0.7 * rng.random(), 2), image, guess))  # equal scores do occur
        results.extend(found(blob(rng), rng.random() * 0.5, image) for _ in range(rng.integers(0, 4)))
    return document(*annotations, images=images), results


def oracle(truth: dict[str, Any], results: list[dict[str, Any]], iou_type: IouType, limit: int) -> dict[str, Any]:
    """Score with pycocotools: the six precisions, and per class the (T, R) table."""
    wanted = {"segm": "segmentation", "bbox": "bbox"}[iou_type]
    kept = [{k: r[k] for k in ("image_id", "category_id", "score", wanted)} for r in copy.deepcopy(results)]
    coco = COCO()
    coco.dataset = copy.deepcopy(truth)
    coco.createIndex()
    evaluation = COCOeval(coco, coco.loadRes(kept), iou_type)
    evaluation.params.maxDets = [limit]
    evaluation.evaluate()
    evaluation.accumulate()
    precision = evaluation.eval["precision"][..., -1]
    means = {"ap": precision[..., 0], "ap50": precision[0, ..., 0], "ap75": precision[5, ..., 0],
             "ap_small": precision[..., 1], "ap_medium": precision[..., 2], "ap_large": precision[..., 3]}  # fmt: skip
    return {name: values[values > -1].mean() for name, values in means.items()} | {"tables": precision[..., 0]}


@pytest.mark.parametrize("iou_type", ["segm", "bbox"])
@pytest.mark.parametrize(("seed", "limit"), [(0, 100), (1, 100), (2, 3)])
def test_pycocotools_agrees(seed: int, limit: int, iou_type: IouType) -> None:
    truth, results = scene(seed)
    expected, scored = oracle(truth, results, iou_type, limit), average_precision(truth, results, iou_type, limit)
    assert 0.1 < expected["ap"] < 0.9  # the scene is neither trivial nor hopeless
    for name in ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large"):
        assert getattr(scored, name) == pytest.approx(expected[name], abs=1e-9), name
    for k, name in enumerate(["square", "disc"]):
        table = expected["tables"][:, :, k]
        assert scored.per_class[name].ap == pytest.approx(table.mean(), abs=1e-9)
        assert scored.per_class[name].ap75 == pytest.approx(table[5].mean(), abs=1e-9)
        assert scored.curves[name] == pytest.approx(table[0].tolist(), abs=1e-9)
    assert scored.per_class["ring"].ap is None


def test_truth_and_results_are_left_as_they_were(capfd: pytest.CaptureFixture[str]) -> None:
    truth, results = scene(3, images=5)
    before = copy.deepcopy((truth, results))
    first: AveragePrecision = average_precision(truth, results, "segm", 100)
    average_precision(truth, results, "bbox", 100)
    assert (truth, results) == before
    assert average_precision(truth, results, "segm", 100) == first
    assert capfd.readouterr() == ("", "")


def test_more_than_a_hundred_objects_count_when_the_limit_allows_it() -> None:
    squares = [rectangle(x, y, 4, 4) for x in range(0, 95, 7) for y in range(0, 95, 7)]
    truth = document(*(labelled(i + 1, mask) for i, mask in enumerate(squares)))
    results = [found(mask, 0.9) for mask in squares]
    assert len(squares) == 196
    assert average_precision(truth, results, "segm", 200).ap == pytest.approx(1.0)
    assert average_precision(truth, results, "segm", 100).ap == pytest.approx(52 / 101)  # 100 of 196: recall .51
