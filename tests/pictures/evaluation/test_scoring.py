"""The figures of a report: as they stand, by the domain's own measures, and as a reading has them."""

import json

import numpy as np
import pytest
from laboratory import Lab, Spoil, metrics_of

from maskline.pictures.evaluation.summary import report_summary


def test_true_predictions_score_one_everywhere(lab: Lab, spoils: dict[str, Spoil]) -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset, spoils["truthful"]), dataset)
    metrics = metrics_of(report)
    assert (metrics.mask_ap, metrics.box_ap, metrics.mask_ap75, metrics.f1) == pytest.approx((1.0,) * 4)
    shares = (metrics.kaggle_map, metrics.panoptic_quality, metrics.aggregated_jaccard, metrics.mean_iou)
    assert shares == pytest.approx((1.0,) * 4)
    assert (metrics.count_error, metrics.count_bias, metrics.per_class["ghost"].count_error) == (0.0, 0.0, 0.0)
    assert metrics.per_class["line"].found == metrics.per_class["line"].truths > 0
    assert metrics.per_class["ghost"].ap is None
    assert "ghost" not in metrics.curves
    assert [name for name in report.manifest.files if "worst" in name] == []
    assert len([name for name in report.manifest.files if "fixed" in name]) == 8
    assert report.manifest.figures["mask_ap50"] == metrics.mask_ap50


def test_pictures_without_predictions_are_all_missed(lab: Lab, spoils: dict[str, Spoil]) -> None:
    dataset = lab.dataset()
    metrics = metrics_of(lab.report(lab.predictions(dataset, spoils["blind"]), dataset))
    assert (metrics.mask_ap, metrics.recall, metrics.precision, metrics.f1) == (0.0, 0.0, None, 0.0)
    assert metrics.images == metrics.images_without_detections == 12
    assert sum(figures.unseen for figures in metrics.per_class.values()) == metrics.truths > 0


def test_figures_agree_with_each_other(lab: Lab) -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset)
    metrics = metrics_of(report)
    assert 0.2 < (metrics.mask_ap or 0) < (metrics.mask_ap50 or 0) < 1
    lines = [json.loads(line) for line in report.read("per_image.jsonl").splitlines()]
    assert [line["image_id"] for line in lines] == list(range(1, 13))
    assert sum(line["found"] + line["missed"] for line in lines) == metrics.truths
    for name, figures in metrics.per_class.items():
        if figures.truths:
            assert figures.recall == figures.found / figures.truths
        assert figures.found + figures.rough + figures.mistaken + figures.unseen == figures.truths
        assert sum(line["per_class"].get(name, {}).get("false_alarms", 0) for line in lines) == figures.false_alarms
    assert metrics.count_error == np.mean([abs(line["detections"] - line["truths"]) for line in lines])
    assert metrics.kaggle_map == np.mean([line["kaggle_map"] for line in lines])
    assert metrics.aggregated_jaccard == np.mean([line["aggregated_jaccard"] for line in lines])
    assert report.manifest.figures["panoptic_quality"] == metrics.panoptic_quality
    ranked = sorted(lines, key=lambda line: line["f1"])
    assert ranked[0]["file_name"] in report.read("report.html").decode()


@pytest.mark.usefixtures("opinionated")
def test_a_domain_that_has_measures_of_its_own_is_asked(lab: Lab) -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset)
    metrics = metrics_of(report)
    rings = metrics.per_class["ring"].detections
    assert metrics.domain["so_many"].rows == {"rings": {"share": 0.25, "count": rings}}
    page = report.read("report.html").decode()
    for text in ("The domain&#x27;s own measures", "All of them.", "so many", "<td>0.250</td>", f"<td>{rings}</td>"):
        assert text in page


@pytest.mark.usefixtures("opinionated")
def test_a_reading_stands_beside_the_plain_figures(lab: Lab, spoils: dict[str, Spoil]) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset, spoils["truthful"])
    plain, report = metrics_of(lab.report(predictions, dataset)), lab.report(predictions, dataset, reading="as_rings")
    metrics = metrics_of(report)
    read = metrics.readings["as_rings"]
    assert metrics.model_copy(update={"readings": {}}) == plain
    assert [plain.mask_ap, plain.recall] == pytest.approx([1.0, 1.0])
    rings = plain.per_class["ring"].truths
    assert (read.per_class["ring"].ap50 or 0) < 1
    assert (read.per_class["line"].ap50, read.recall) == (0.0, rings / plain.truths)
    assert read.domain["so_many"].rows["rings"]["count"] == plain.detections
    assert report.manifest.figures["mask_ap50_as_rings"] == read.mask_ap50
    assert report.manifest.figures["mask_ap50"] == plain.mask_ap50

    lines = [json.loads(line) for line in report.read("per_image.jsonl").splitlines()]
    assert sum(line["found"] for line in lines) == rings  # pictures follow the reading
    page, summary = report.read("report.html").decode(), report_summary(metrics, report.uri)
    for text in ("AP50, as rings", "Read as rings"):
        assert text in page
    ring = metrics.per_class["ring"]
    assert f"| ring | 1.000 | 1.000 | {read.per_class['ring'].ap50:.3f} | {read.per_class['ring'].ap:.3f} |" in summary
    assert f"| {ring.truths} | {ring.detections} |" in summary
