"""Where there is too much, people are told."""

from laboratory import Lab, Spoil, metrics_of

from maskline.pictures.evaluation.summary import report_summary


def test_where_a_limit_is_met_the_report_says_so(lab: Lab, spoils: dict[str, Spoil]) -> None:
    dataset = lab.dataset()
    figures = {"limited": 3}
    predictions = lab.predictions(dataset, spoils["truthful"], figures=figures, config={"max_detections": 4})
    report = lab.report(predictions, dataset, max_detections=1)
    metrics = metrics_of(report)
    assert metrics.remarks[0] == "In 3 pictures no more than 4 instances were predicted: there may be more."
    assert metrics.remarks[1].startswith("Average precision counts 1 results per picture and class; ")
    for text in (report.read("report.html").decode(), report_summary(metrics, report.uri)):
        assert all(remark in text for remark in metrics.remarks)
    assert report.manifest.config["max_detections"] == 1
    assert metrics_of(lab.report(lab.predictions(dataset, name="other"), dataset)).remarks == ()
