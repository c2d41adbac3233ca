"""The evaluate stage on sealed artifacts: what it finds, what it refuses, what it leaves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import CategoryMismatch, Corrupt, EmptySplit, InvalidInput, NotFound
from maskline.contract.picture import encode_png
from maskline.contract.shard import pack
from maskline.evaluate import assembly
from maskline.evaluate.metrics import Metrics
from maskline.evaluate.summary import report_summary

if TYPE_CHECKING:
    from tests.evaluate.conftest import Lab, Spoil


def metrics_of(report: Artifact) -> Metrics:
    return Metrics.model_validate_json(report.read("metrics.json"))


def test_true_predictions_score_one_everywhere(lab: "Lab", spoils: "dict[str, Spoil]") -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset, spoils["truthful"]), dataset)
    metrics = metrics_of(report)
    assert (metrics.mask_ap, metrics.box_ap, metrics.mask_ap75, metrics.f1) == pytest.approx((1.0,) * 4)
    assert metrics.per_class["line"].found == metrics.per_class["line"].truths > 0
    assert metrics.per_class["ghost"].ap is None
    assert "ghost" not in metrics.curves
    assert [name for name in report.manifest.files if "worst" in name] == []
    assert len([name for name in report.manifest.files if "fixed" in name]) == 8
    assert report.manifest.figures["mask_ap50"] == metrics.mask_ap50


def test_pictures_without_predictions_are_all_missed(lab: "Lab", spoils: "dict[str, Spoil]") -> None:
    dataset = lab.dataset()
    metrics = metrics_of(lab.report(lab.predictions(dataset, spoils["blind"]), dataset))
    assert (metrics.mask_ap, metrics.recall, metrics.precision, metrics.f1) == (0.0, 0.0, None, 0.0)
    assert metrics.images == metrics.images_without_detections == 12
    assert sum(figures.unseen for figures in metrics.per_class.values()) == metrics.truths > 0


def test_figures_agree_with_each_other(lab: "Lab") -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset)
    metrics = metrics_of(report)
    assert 0.2 < (metrics.mask_ap or 0) < (metrics.mask_ap50 or 0) < 1
    lines = [json.loads(line) for line in report.read("per_image.jsonl").splitlines()]
    assert [line["image_id"] for line in lines] == list(range(1, 13))
    assert sum(line["found"] + line["missed"] for line in lines) == metrics.truths
    for name, figures in metrics.per_class.items():
        assert figures.found + figures.rough + figures.mistaken + figures.unseen == figures.truths
        assert sum(line["per_class"].get(name, {}).get("false_alarms", 0) for line in lines) == figures.false_alarms
    ranked = sorted(lines, key=lambda line: line["f1"])
    assert ranked[0]["file_name"] in report.read("report.html").decode()


def test_a_sealed_report_is_returned_without_looking_again(lab: "Lab") -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    first = lab.report(predictions, dataset)
    for artifact in (dataset, predictions):
        for entry in artifact.manifest.files.values():
            lab.store.delete(f"{artifact.manifest.prefix}/{entry.key}")
    assert lab.report(predictions, dataset).uri == first.uri
    with pytest.raises(NotFound):
        lab.report(predictions, dataset, score_threshold=0.6)  # another report, which would have to look


def test_the_same_inputs_give_the_same_bytes(lab: "Lab") -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    first = lab.report(predictions, dataset)
    for path in lab.store.list(first.manifest.prefix):
        lab.store.delete(path)
    assert lab.report(predictions, dataset).manifest == first.manifest


def test_only_the_pictures_that_are_shown_are_read(lab: "Lab") -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    lab.store.delete(f"{dataset.manifest.prefix}/{dataset.manifest.files['shards/val-00001.tar'].key}")
    report = lab.report(predictions, dataset, worst_cases=0, fixed_cases=1)  # the first picture, in shard 0
    assert "overlays/fixed-01.jpg" in report.manifest.files
    with pytest.raises(NotFound, match=r"val-00001/\w+\.tar"):
        lab.report(predictions, dataset, worst_cases=0, fixed_cases=2)


@pytest.mark.parametrize("name", ["_per_image", "page"])
def test_a_report_that_is_written_after_another_was_sealed_changes_none_of_its_files(
    lab: "Lab", monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    dataset = lab.dataset()
    predictions, sealed, real = lab.predictions(dataset), list[Artifact](), getattr(assembly, name)

    def slow(*words: Any) -> Any:
        if not sealed:
            monkeypatch.setattr(assembly, name, real)
            sealed.append(lab.report(predictions, dataset))
            return real(*words) + (b" " if name == "_per_image" else " ")
        return real(*words)

    monkeypatch.setattr(assembly, name, slow)
    report = lab.report(predictions, dataset)
    assert report.manifest == sealed[0].manifest
    assert all(report.read(file) for file in report.manifest.files)
    paths = lab.store.list(report.manifest.prefix)
    assert len(paths) == len(report.manifest.files) + 2  # the manifest, and what the slow one wrote


def test_predictions_of_another_dataset_are_refused(lab: "Lab") -> None:
    one, other = lab.dataset(12), lab.dataset(6)
    with pytest.raises(InvalidInput) as fault:
        lab.report(lab.predictions(one), other)
    assert one.uri in str(fault.value)
    assert other.uri in str(fault.value)
    loose = lab.predictions(one, inputs={"checkpoint": "x", "images": "sha256:0"})
    with pytest.raises(InvalidInput, match="no truth"):
        lab.report(loose, one)


def test_another_category_table_is_refused(lab: "Lab") -> None:
    dataset = lab.dataset()
    table = CategoryTable(domain="shapes", policy="test/1", categories=(Category(id=1, name="arc", colour="#000000"),))
    predictions = lab.predictions(dataset, categories=table)
    with pytest.raises(CategoryMismatch) as fault:
        lab.report(predictions, dataset)
    assert predictions.uri in str(fault.value)
    assert dataset.uri in str(fault.value)


def test_results_for_unknown_images_are_refused(lab: "Lab", spoils: "dict[str, Spoil]") -> None:
    def elsewhere(annotation: dict[str, Any], rng: np.random.Generator) -> list[dict[str, Any]]:
        return [result | {"image_id": 5000 + result["image_id"]} for result in spoils["truthful"](annotation, rng)]

    dataset = lab.dataset()
    with pytest.raises(
        InvalidInput, match=r"12 image\(s\), the first with id 5001, .* not among the 12 of split 'val'"
    ):
        lab.report(lab.predictions(dataset, elsewhere), dataset)


@pytest.mark.parametrize(
    ("shard", "rule"),
    [({"a": 1}, "not a list of COCO results"), ([{"image_id": 1, "category_id": 1, "score": 1.0}], "without 'bbox'")],
)
def test_predictions_that_are_no_coco_results_are_refused(lab: "Lab", shard: Any, rule: str) -> None:
    dataset = lab.dataset()
    files = {"shards/00000.json": json.dumps(shard).encode()}
    broken = lab.seal("predictions", "broken", files, inputs={"dataset": dataset.uri})
    with pytest.raises(Corrupt, match=rf"shards/00000\.json .*{rule}"):
        lab.report(broken, dataset)


def test_an_empty_split_is_named(lab: "Lab") -> None:
    dataset = lab.dataset()
    with pytest.raises(EmptySplit, match=r"'test' \(splits: val\)"):
        lab.report(lab.predictions(dataset), dataset, split="test")


def test_a_truncated_shard_is_named_and_nothing_is_sealed(lab: "Lab") -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    whole, key = dataset.read("shards/val-00000.json"), dataset.manifest.files["shards/val-00000.json"].key
    lab.store.write(f"{dataset.manifest.prefix}/{key}", whole[:-9])
    with pytest.raises(Corrupt, match=key):
        lab.report(predictions, dataset)
    assert lab.store.list("reports") == []


@pytest.mark.parametrize(
    ("member", "rule"),
    [(encode_png(np.zeros((5, 9), np.uint8)), r"height, width \(5, 9\)"), (b"no pixels", "no picture")],
)
def test_a_picture_that_is_not_what_its_record_says_is_named(lab: "Lab", member: bytes, rule: str) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    document, archive = _one_sample(member)
    broken = lab.seal("dataset", "broken", {"shards/val-00000.json": document, "shards/val-00000.tar": archive})
    inputs = {"dataset": broken.uri}
    nothing = lab.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs=inputs)
    with pytest.raises(Corrupt, match=rf"000000\.png of .*val-00000\.tar.*{rule}"):
        lab.report(nothing, broken)
    assert predictions.uri != nothing.uri


def _one_sample(member: bytes) -> tuple[bytes, bytes]:
    from maskline.contract.shard import Sample

    table = CategoryTable(domain="shapes", policy="test/1", categories=(Category(id=1, name="a", colour="#000000"),))
    image = {"id": 1, "file_name": "000000.png", "width": 128, "height": 128}
    return pack([Sample("000000", {"png": member}, image, [])], table)


def test_a_dataset_without_instances_gives_a_report_without_figures(lab: "Lab") -> None:
    document, archive = _one_sample(encode_png(np.full((128, 128), 255, np.uint8)))
    empty = lab.seal("dataset", "empty", {"shards/val-00000.json": document, "shards/val-00000.tar": archive})
    nothing = lab.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs={"dataset": empty.uri})
    report = lab.report(nothing, empty)
    assert metrics_of(report).mask_ap is None
    assert "the truth holds nothing to find" in report.read("report.html").decode()


def test_neither_torch_nor_the_scoring_library_is_imported_to_find_a_sealed_report() -> None:
    code = "import maskline.evaluate.__main__, sys; print({'torch', 'faster_coco_eval', 'PIL'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "set()\n"


SCORER = """
from maskline.contract.domain import Measures

class Counting:
    readings = {"as_rings": lambda truth, results: [result | {"category_id": 2} for result in results]}

    def score(self, truth, results):
        rows = {"rings": {"share": 0.25, "count": _rings(results)}}
        return {"so_many": Measures(caption="All of them.", columns=["share", "count"], rows=rows)}

def _rings(results):
    return sum(result["category_id"] == 2 for result in results)

SCORER = Counting()
"""


@pytest.fixture
def opinionated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a domain `shapes` with measures of its own, and a reading that takes everything for a ring."""
    package = tmp_path / "shapes" / "lab"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "scorer.py").write_text(SCORER)
    described = tmp_path / "shapes-1.dist-info"
    described.mkdir()
    (described / "entry_points.txt").write_text("[maskline.evaluate]\nshapes = shapes.lab.scorer:SCORER\n")
    (described / "METADATA").write_text("Name: shapes\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("opinionated")
def test_a_domain_that_has_measures_of_its_own_is_asked(lab: "Lab") -> None:
    dataset = lab.dataset()
    report = lab.report(lab.predictions(dataset), dataset)
    metrics = metrics_of(report)
    rings = metrics.per_class["ring"].detections
    assert metrics.domain["so_many"].rows == {"rings": {"share": 0.25, "count": rings}}
    page = report.read("report.html").decode()
    for text in ("The domain&#x27;s own measures", "All of them.", "so many", "<td>0.250</td>", f"<td>{rings}</td>"):
        assert text in page


@pytest.mark.usefixtures("opinionated")
def test_a_reading_stands_beside_the_plain_figures(lab: "Lab", spoils: "dict[str, Spoil]") -> None:
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


@pytest.mark.usefixtures("opinionated")
def test_a_reading_that_the_domain_does_not_offer_is_refused(lab: "Lab") -> None:
    dataset = lab.dataset()
    with pytest.raises(InvalidInput, match=r"reading 'aloud' does not exist for domain 'shapes' .*: as_rings\)"):
        lab.report(lab.predictions(dataset), dataset, reading="aloud")
    assert lab.store.list("reports") == []


def test_where_a_limit_is_met_the_report_says_so(lab: "Lab", spoils: "dict[str, Spoil]") -> None:
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
