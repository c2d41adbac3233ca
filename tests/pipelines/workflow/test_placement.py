"""The table of placements."""

import re
from pathlib import Path

import pytest

from maskline.pipelines import workflow
from maskline.pipelines.dag import compiled
from maskline.pipelines.workflow.placement import PLACEMENTS, Share


def test_every_component_has_a_row_and_every_row_a_component() -> None:
    (folder,) = workflow.__path__
    declared = re.findall(r"^def ([a-z][a-z_]*)\(", (Path(folder) / "components.py").read_text(), re.MULTILINE)
    assert {name.replace("_", "-") for name in declared} == PLACEMENTS.keys()
    texts = [compiled.find(name).read_text() for name in compiled.names()]
    assert {name for name in PLACEMENTS if any(f"  comp-{name}:" in text for text in texts)} == PLACEMENTS.keys()


@pytest.mark.parametrize(("request_", "limit"), [("2", "1"), ("1001m", "1"), ("2Gi", "2G"), ("1Gi", "512Mi")])
def test_a_request_above_its_limit_is_refused(request_: str, limit: str) -> None:
    with pytest.raises(ValueError, match=f"a request of {request_} is more than the limit of {limit}"):
        Share(request_, limit)
    assert Share(limit, request_).limit == request_


def test_memory_for_training_holds_what_it_shares() -> None:
    train = PLACEMENTS["train"]
    assert train.accelerators == 1
    assert Share(train.shared_memory, train.memory.limit).request == train.shared_memory
