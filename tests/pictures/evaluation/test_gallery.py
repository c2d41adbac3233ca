"""The pictures that a report shows."""

import numpy as np
import pytest
from laboratory import Lab, one_sample

from maskline.contract.errors import Corrupt, NotFound
from maskline.contract.picture import encode_png


def test_only_the_pictures_that_are_shown_are_read(lab: Lab) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    lab.store.delete(f"{dataset.manifest.prefix}/{dataset.manifest.files['shards/val-00001.tar'].key}")
    report = lab.report(predictions, dataset, worst_cases=0, fixed_cases=1)  # the first picture, in shard 0
    assert "overlays/fixed-01.jpg" in report.manifest.files
    with pytest.raises(NotFound, match=r"val-00001/\w+\.tar"):
        lab.report(predictions, dataset, worst_cases=0, fixed_cases=2)


@pytest.mark.parametrize(
    ("member", "rule"),
    [(encode_png(np.zeros((5, 9), np.uint8)), r"height, width \(5, 9\)"), (b"no pixels", "no picture")],
)
def test_a_picture_that_is_not_what_its_record_says_is_named(lab: Lab, member: bytes, rule: str) -> None:
    dataset = lab.dataset()
    predictions = lab.predictions(dataset)
    document, archive = one_sample(member)
    broken = lab.seal("dataset", "broken", {"shards/val-00000.json": document, "shards/val-00000.tar": archive})
    inputs = {"dataset": broken.uri}
    nothing = lab.seal("predictions", "none", {"shards/00000.json": b"[]"}, inputs=inputs)
    with pytest.raises(Corrupt, match=rf"000000\.png of .*val-00000\.tar.*{rule}"):
        lab.report(nothing, broken)
    assert predictions.uri != nothing.uri
