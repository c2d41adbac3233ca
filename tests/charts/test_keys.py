"""Keys of the embedded store: drawn once, found again, the same for tasks and server.

`lookup` asks a cluster; here a stub of its API answers.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from maskline.contract.store.secret import VARIABLES

Secrets = dict[str, dict[str, str]]


@pytest.fixture
def keep(upgrade: Callable[..., Any], cluster: Any) -> Callable[..., Secrets]:
    """Render as an upgrade does, let the cluster keep the secrets, and return them."""

    def run(major: int, *settings: str) -> Secrets:
        done = upgrade(major, *(f"--set={setting}" for setting in ("embeddedStore.enabled=true", *settings)))
        assert done.returncode == 0, done.stderr
        documents = [one for one in yaml.safe_load_all(done.stdout) if one and one["kind"] == "Secret"]
        secrets = {one["metadata"]["name"]: one["stringData"] for one in documents}
        for name, texts in secrets.items():
            data = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
            cluster.put("Secret", name, data=data)
        return secrets

    return run


def test_drawn_keys_survive_upgrades(major: int, keep: Callable[..., Any]) -> None:
    first = keep(major)
    assert len(first["maskline-s3"]["accesskey"]) == 20
    assert len(first["maskline-s3"]["secretkey"]) == 40
    assert keep(major) == first
    assert keep(major, "embeddedStore.bucket=other")["m-maskline-store"] == first["m-maskline-store"]


def test_two_clusters_draw_different_keys(keep: Callable[..., Any], cluster: Any) -> None:
    first = keep(4)
    for path in [path for path in cluster.answers if "/secrets/" in path]:
        del cluster.answers[path]
    second = keep(4)
    for name in ("accesskey", "secretkey"):
        assert first["maskline-s3"][name] != second["maskline-s3"][name]
    assert first["m-maskline-store"]["security.toml"] != second["m-maskline-store"]["security.toml"]


def test_given_keys_replace_those_that_are_there(major: int, keep: Callable[..., Any]) -> None:
    keep(major)
    given = keep(major, "s3.accessKey=mine", "s3.secretKey=mine-too")
    assert (given["maskline-s3"]["accesskey"], given["maskline-s3"]["secretkey"]) == ("mine", "mine-too")
    assert "mine-too" in given["m-maskline-store"]["s3.json"]


def test_the_server_knows_the_keys_that_the_tasks_have(keep: Callable[..., Any]) -> None:
    secrets = keep(4)
    ours, probe = json.loads(secrets["m-maskline-store"]["s3.json"])["identities"]
    (credentials,) = ours["credentials"]
    assert credentials == {
        "accessKey": secrets["maskline-s3"]["accesskey"],
        "secretKey": secrets["maskline-s3"]["secretkey"],
    }
    assert probe == {"name": "anonymous", "actions": ["List:ready"]}


GIVEN = (
    "s3.create=true",
    "s3.accessKey=key",
    "s3.secretKey=secret-key",
    "s3.endpoint=https://s3.example.org",
    "s3.store=s3://bucket/project",
)


def test_region_and_token_are_in_the_secret_where_they_are_given(
    render: Callable[..., Any], find: Callable[..., Any]
) -> None:
    plain = find(render(settings=GIVEN), "Secret", "maskline-s3")["stringData"]
    assert plain.keys() == {"accesskey", "secretkey", "endpoint", "store"}
    settings = (*GIVEN, "s3.region=eu-central-1", "s3.sessionToken=a/token==")
    more = find(render(settings=settings), "Secret", "maskline-s3")["stringData"]
    assert more == plain | {"region": "eu-central-1", "session-token": "a/token=="}
    assert more.keys() == VARIABLES.keys()
