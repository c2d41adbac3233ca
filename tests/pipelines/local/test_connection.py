"""Working with a run's artifacts from Python."""

import json
import os
from pathlib import Path

import pytest
from s3_stub import Said, serving

from maskline.contract.artifact import Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.store import open_store
from maskline.pipelines.local.connection import EMBEDDED_URI, connected
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


def test_a_store_that_is_named_takes_region_and_token_of_the_environment_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda asked: None if (asked.region, asked.token) == ("eu-west-3", "a token") else Said(403)) as stub:
        for name, value in {
            "AWS_ENDPOINT_URL_S3": stub.endpoint,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret-key",
            "AWS_SESSION_TOKEN": "a token",
            "AWS_DEFAULT_REGION": "eu-west-3",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_REGION", raising=False)
        with connected(tmp_path, "s3://bucket/x#1") as secret:
            open_store(secret["store"]).create("a", b"")
    assert secret == {
        "accesskey": "key",
        "secretkey": "secret-key",
        "session-token": "a token",
        "endpoint": stub.endpoint,
        "region": "eu-west-3",
        "store": "s3://bucket/x#1",
    }
    assert list(stub.objects) == ["bucket/x#1/a"]


def test_the_embedded_store_is_not_asked_with_a_region_and_a_token_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {"AWS_SESSION_TOKEN": "of other keys", "AWS_REGION": "eu west", "AWS_DEFAULT_REGION": "eu west"}
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    with connected(tmp_path) as secret:
        open_store(EMBEDDED_URI).create("a", b"")
    assert (secret["region"], secret["session-token"]) == ("", "")
    assert {name: os.environ[name] for name in others} == others
