"""Working with a run's artifacts from Python."""

import json
import os
from pathlib import Path

import pytest

from maskline.contract.artifact import Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.store import open_store
from maskline.pipelines.server.connection import EMBEDDED_URI, connected
from maskline.pipelines.server.locks import is_locked

TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="dot", colour="#102030"),))


def test_an_artifact_of_a_finished_run_can_be_opened_from_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with connected(tmp_path / "demo"):  # the run
        store, prefix = open_store(EMBEDDED_URI), place("report", "tiny", "0123456789ab")
        files = {"metrics.json": write_file(store, prefix, "metrics.json", b"[1]")}
        manifest = Manifest(
            kind="report", record="", name="tiny", id="0123456789ab", stage="test", categories=TABLE, config={},
            inputs={}, files=files, figures={},
        )  # fmt: skip
        uri = seal(store, manifest).uri
    assert uri == "s3://maskline/local/reports/tiny-0123456789ab"
    assert not is_locked(tmp_path / "demo" / "store" / "server.lock")
    monkeypatch.chdir(tmp_path)
    with connected("demo"):
        assert json.loads(open_sealed(uri, "report").read("metrics.json")) == [1]
    assert "AWS_ACCESS_KEY_ID" not in os.environ
