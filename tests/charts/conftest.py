"""The chart, rendered by both Helms that are in use, with and without a cluster; and what a rendering holds."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts/maskline"
TOOLS = ROOT / ".tools/bin"
CONFIGURATIONS = sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))
NAMESPACE = "team-a"
# Drawn keys would differ between two renderings.
KEYS = ("s3.accessKey=anaccesskey", "s3.secretKey=asecretkey")
Document = dict[str, Any]
Helm = Callable[..., "subprocess.CompletedProcess[str]"]
Render = Callable[..., list[Document]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test every supported configuration, or both Helms, where it asks for them."""
    if "configuration" in metafunc.fixturenames:
        metafunc.parametrize("configuration", ["defaults", *CONFIGURATIONS])
    if "major" in metafunc.fixturenames:
        metafunc.parametrize("major", [3, 4])


@pytest.fixture(scope="session")
def chart_folder() -> Path:
    """The chart."""
    return CHART


@pytest.fixture(scope="session")
def helm() -> Helm:
    """Run Helm: `helm(3, "lint", ...)`."""

    def run(major: int, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        program = TOOLS / f"helm{major}"
        assert program.exists(), f"{program} is not there: run make chart-tools"
        return subprocess.run([program, *words], capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def render(helm: Helm) -> Render:
    """Render a configuration: `render("kind", major=3, settings=["a.b=c"])`."""

    @cache
    def rendered(configuration: str, major: int, settings: tuple[str, ...]) -> str:
        words = [word for setting in settings for word in ("--set", setting)]
        done = helm(major, "template", "m", CHART, "--namespace", NAMESPACE, *values_of(configuration), *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(configuration: str = "defaults", *, major: int = 4, settings: tuple[str, ...] = KEYS) -> list[Document]:
        documents = yaml.load_all(rendered(configuration, major, tuple(settings)), yaml.CSafeLoader)
        return [document for document in documents if document]

    return run


def values_of(configuration: str) -> list[str | Path]:
    """Return the options that choose a configuration."""
    return [] if configuration == "defaults" else ["--values", CHART / f"ci/{configuration}.yaml"]


@pytest.fixture(scope="session")
def chosen() -> Callable[[str], list[str | Path]]:
    """Return the options of Helm that choose a configuration."""
    return values_of


@pytest.fixture(scope="session")
def pods() -> Callable[[list[Document]], dict[str, Document]]:
    """Return the pod templates of a rendering, by kind and name of what makes them."""
    return lambda documents: dict(_pods(documents))


def _pods(documents: list[Document]) -> Iterator[tuple[str, Document]]:
    for document in filter(_works, documents):
        name = f"{document['kind']}/{document['metadata']['name']}"
        match document["kind"]:
            case "Pod":
                yield name, document
            case "CronJob":
                yield name, document["spec"]["jobTemplate"]["spec"]["template"]
            case "Job" | "StatefulSet" | "Deployment" | "DaemonSet" | "ReplicaSet":
                yield name, document["spec"]["template"]


@pytest.fixture(scope="session")
def find() -> Callable[[list[Document], str, str], Document]:
    """Return the one object of a kind whose name ends so."""

    def run(documents: list[Document], kind: str, name: str = "") -> Document:
        named = [one for one in documents if one["kind"] == kind and one["metadata"]["name"].endswith(name)]
        (found,) = filter(_works, named)
        return found

    return run


def _works(document: Document) -> bool:
    """Return whether a document is more than a job that has nothing to complete, and so makes no pod."""
    return bool(document.get("spec", {}).get("completions") != 0)


KINDS = {
    "v1": ("ConfigMap", "Secret", "Service", "ServiceAccount"),
    "apps/v1": ("StatefulSet",),
    "batch/v1": ("CronJob", "Job"),
    "networking.k8s.io/v1": ("NetworkPolicy",),
    "rbac.authorization.k8s.io/v1": ("Role", "RoleBinding"),
}


class Cluster(ThreadingHTTPServer):
    """An API server that knows the chart's kinds, and the objects that it is given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        groups = [_group(version) for version in KINDS if "/" in version]
        self.answers: dict[str, Document] = {
            "/version": {"major": "1", "minor": "33", "gitVersion": "v1.33.0"},
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
        }
        for version, kinds in KINDS.items():
            resources = [_resource(kind) for kind in kinds]
            answer = {"kind": "APIResourceList", "groupVersion": version, "resources": resources}
            self.answers[f"/api{'s' if '/' in version else ''}/{version}"] = answer

    def put(self, kind: str, name: str, **content: Any) -> None:
        """Have an object of the core API in the namespace; `content` besides its name."""
        metadata = {"name": name, "namespace": NAMESPACE, **content.pop("metadata", {})}
        path = f"/api/v1/namespaces/{NAMESPACE}/{kind.lower()}s/{name}"
        self.answers[path] = {"kind": kind, "apiVersion": "v1", "metadata": metadata, **content}


class Answer(BaseHTTPRequestHandler):
    """Answers questions of discovery and for single objects."""

    server: Cluster

    def do_GET(self) -> None:
        found = self.server.answers.get(self.path.partition("?")[0])
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        body = json.dumps(found or missing).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _resource(kind: str) -> Document:
    return {
        "name": f"{kind.lower()}s",
        "singularName": kind.lower(),
        "namespaced": True,
        "kind": kind,
        "verbs": ["get"],
    }


def _group(version: str) -> Document:
    versions = [{"groupVersion": version, "version": version.rpartition("/")[2]}]
    return {"name": version.partition("/")[0], "versions": versions, "preferredVersion": versions[0]}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Serve an API of Kubernetes that holds nothing yet."""
    with Cluster() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def upgrade(cluster: Cluster, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Render as an upgrade does, which asks the cluster: `upgrade(4, "--set", ...)`."""

    def run(major: int, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        asking = ["--namespace", NAMESPACE, "--dry-run=server", "--is-upgrade", "--disable-openapi-validation"]
        address = f"http://127.0.0.1:{cluster.server_port}"
        environment = {**os.environ, "HELM_KUBEAPISERVER": address, "HOME": str(tmp_path), "KUBECONFIG": os.devnull}
        return subprocess.run(
            [TOOLS / f"helm{major}", "template", "m", CHART, *asking, *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )

    return run
