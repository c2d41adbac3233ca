"""Keys of the embedded store: drawn once, found again, the same for tasks and server.

`lookup` asks a cluster; here one answers that knows secrets and nothing else.
"""

import base64
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

NAMESPACE = "team-a"
SECRETS = f"/api/v1/namespaces/{NAMESPACE}/secrets/"
KINDS = {
    "v1": ("ConfigMap", "Secret", "Service", "ServiceAccount"),
    "apps/v1": ("StatefulSet",),
    "batch/v1": ("Job",),
    "networking.k8s.io/v1": ("NetworkPolicy",),
}


def resource(kind: str) -> dict[str, Any]:
    return {
        "name": f"{kind.lower()}s",
        "singularName": kind.lower(),
        "namespaced": True,
        "kind": kind,
        "verbs": ["get"],
    }


def group(version: str) -> dict[str, Any]:
    versions = [{"groupVersion": version, "version": version.rpartition("/")[2]}]
    return {"name": version.partition("/")[0], "versions": versions, "preferredVersion": versions[0]}


ANSWERS: dict[str, Any] = {
    "/version": {"major": "1", "minor": "33", "gitVersion": "v1.33.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group(one) for one in KINDS if "/" in one]},
}
for version, kinds in KINDS.items():
    resources = [resource(kind) for kind in kinds]
    answer = {"kind": "APIResourceList", "groupVersion": version, "resources": resources}
    ANSWERS[f"/api{'s' if '/' in version else ''}/{version}"] = answer


class Cluster(ThreadingHTTPServer):
    """An API server with some secrets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.secrets: dict[str, dict[str, str]] = {}


class Answer(BaseHTTPRequestHandler):
    """Answers questions of discovery and for secrets."""

    server: Cluster

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        found: dict[str, Any] | None = ANSWERS.get(path)
        name = path.removeprefix(SECRETS)
        if path.startswith(SECRETS) and name in self.server.secrets:
            data = {key: base64.b64encode(text.encode()).decode() for key, text in self.server.secrets[name].items()}
            metadata = {"name": name, "namespace": NAMESPACE}
            found = {"kind": "Secret", "apiVersion": "v1", "metadata": metadata, "data": data}
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        body = json.dumps(found or missing).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def upgrade(cluster: Cluster, chart_folder: Path, tmp_path: Path) -> Callable[..., dict[str, dict[str, str]]]:
    """Render as an upgrade does, let the cluster keep the secrets, and return them."""

    def run(major: int, *settings: str) -> dict[str, dict[str, str]]:
        helm = chart_folder.parents[1] / f".tools/bin/helm{major}"
        words = ["--namespace", NAMESPACE, "--dry-run=server", "--is-upgrade", "--disable-openapi-validation"]
        words += [f"--set={setting}" for setting in ("embeddedStore.enabled=true", *settings)]
        address = f"http://127.0.0.1:{cluster.server_port}"
        environment = {**os.environ, "HELM_KUBEAPISERVER": address, "HOME": str(tmp_path), "KUBECONFIG": os.devnull}
        done = subprocess.run(
            [helm, "template", "m", chart_folder, *words], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 0, done.stderr
        for document in yaml.safe_load_all(done.stdout):
            if document and document["kind"] == "Secret":
                cluster.secrets[document["metadata"]["name"]] = document["stringData"]
        return dict(cluster.secrets)

    return run


def test_drawn_keys_survive_upgrades(major: int, upgrade: Callable[..., Any]) -> None:
    first = upgrade(major)
    assert len(first["maskline-s3"]["accesskey"]) == 20
    assert len(first["maskline-s3"]["secretkey"]) == 40
    assert upgrade(major) == first
    assert upgrade(major, "embeddedStore.bucket=other")["m-maskline-store"] == first["m-maskline-store"]


def test_two_releases_draw_different_keys(upgrade: Callable[..., Any], cluster: Cluster) -> None:
    first = upgrade(4)
    cluster.secrets.clear()
    second = upgrade(4)
    for name in ("accesskey", "secretkey"):
        assert first["maskline-s3"][name] != second["maskline-s3"][name]
    assert first["m-maskline-store"]["security.toml"] != second["m-maskline-store"]["security.toml"]


def test_given_keys_replace_those_that_are_there(major: int, upgrade: Callable[..., Any]) -> None:
    upgrade(major)
    given = upgrade(major, "s3.accessKey=mine", "s3.secretKey=mine-too")
    assert (given["maskline-s3"]["accesskey"], given["maskline-s3"]["secretkey"]) == ("mine", "mine-too")
    assert "mine-too" in given["m-maskline-store"]["s3.json"]


def test_the_server_knows_the_keys_that_the_tasks_have(upgrade: Callable[..., Any]) -> None:
    secrets = upgrade(4)
    ours, probe = json.loads(secrets["m-maskline-store"]["s3.json"])["identities"]
    (credentials,) = ours["credentials"]
    assert credentials == {
        "accessKey": secrets["maskline-s3"]["accesskey"],
        "secretKey": secrets["maskline-s3"]["secretkey"],
    }
    assert probe == {"name": "anonymous", "actions": ["List:ready"]}
