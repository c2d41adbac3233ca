"""What a run tells of a report."""

import pytest
from laboratory import Lab, metrics_of

from maskline.pictures.kind import evaluation


@pytest.mark.usefixtures("opinionated")
def test_average_precision_comes_first_then_the_domains_own_measures_and_readings_stand_beside(lab: Lab) -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset, reading="as_rings")
    metrics = metrics_of(report)
    read = metrics.readings["as_rings"]
    tables = evaluation.tables(report)
    assert list(tables) == ["average precision of masks", "so_many", "so_many, as_rings"]
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
