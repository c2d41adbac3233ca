"""A report as a whole."""

from typing import Any

import numpy as np
import pytest
from laboratory import Lab, metrics_of, one_sample

from maskline.contract.artifact import Artifact
from maskline.contract.picture import encode_png
from maskline.pictures.evaluation import assembly


@pytest.mark.parametrize("name", ["_per_image", "page"])
def test_a_report_that_is_written_after_another_was_sealed_changes_none_of_its_files(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str
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


def test_a_dataset_without_instances_gives_a_report_without_figures(lab: Lab) -> None:
    document, archive = one_sample(encode_png(np.full((128, 128), 255, np.uint8)))
    empty = lab.seal("dataset", "empty", {"shards/val-00000.json": document, "shards/val-00000.tar": archive})
    nothing = lab.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs={"dataset": empty.uri})
    report = lab.report(nothing, empty)
    assert metrics_of(report).mask_ap is None
    assert "the truth holds nothing to find" in report.read("report.html").decode()
