"""What a run tells of a report."""

import json

import pytest
from laboratory import Lab, metrics_of

from maskline.pictures.evaluation import figures
from maskline.pictures.evaluation.metrics import Agreement, Metrics
from maskline.pictures.kind import evaluation


@pytest.mark.usefixtures("opinionated")
def test_average_precision_comes_first_then_the_domains_own_measures_and_readings_stand_beside(lab: Lab) -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset, reading="as_rings")
    metrics = metrics_of(report)
    read = metrics.readings["as_rings"]
    tables = evaluation.tables(report)
    agreement = "agreement of masks and counts"
    assert list(tables) == ["average precision of masks", agreement, "so_many", "so_many, as_rings"]
    assert list(tables[agreement].rows) == ["all", *metrics.per_class]
    assert tables[agreement].rows["all"]["PQ"] == metrics.panoptic_quality
    assert tables[agreement].rows["ring"]["off by"] == metrics.per_class["ring"].count_error
    precision = tables["average precision of masks"]
    assert precision.columns == ["AP50", "AP50-95", "AP75", "AP50, as_rings", "AP50-95, as_rings"]
    assert list(precision.rows) == ["all", *metrics.per_class]
    own, other = metrics.per_class["ring"], read.per_class["ring"]
    for name, expected in (
        ("all", [metrics.mask_ap50, metrics.mask_ap, metrics.mask_ap75, read.mask_ap50, read.mask_ap]),
        ("ring", [own.ap50, own.ap, own.ap75, other.ap50, other.ap]),
    ):
        assert [precision.rows[name][column] for column in precision.columns] == expected
    assert tables["so_many"] == metrics.domain["so_many"]
    assert tables["so_many, as_rings"] == read.domain["so_many"]


def test_a_runs_summary_tells_the_headline_figures_and_those_of_each_class(lab: Lab) -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset)
    metrics = metrics_of(report)
    assert evaluation.told(report) == {
        "mask_ap": metrics.mask_ap,
        "mask_ap50": metrics.mask_ap50,
        "mask_ap75": metrics.mask_ap75,
        "per_class_ap50": {name: figures.ap50 for name, figures in metrics.per_class.items()},
        "readings": {},
        "images": 12,
    }


def test_a_report_from_before_there_was_agreement_is_told_without_it(lab: Lab) -> None:
    dataset = lab.dataset()
    metrics = json.loads(lab.report(lab.predictions(dataset), dataset).read("metrics.json"))
    for of in (metrics, *metrics["per_class"].values()):
        for figure in Agreement.model_fields.keys() - {"precision", "recall", "f1"}:
            of.pop(figure)
    assert list(figures.tables(metrics)) == ["average precision of masks"]
    assert Metrics.model_validate(metrics).per_class["ring"].kaggle_map is None
