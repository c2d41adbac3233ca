"""The rendered pods as containers of the images that were built, under the same user, limits and read-only root."""

import json
import socket
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from kfp_stub.server import Stub, serving
from minio import Minio

from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.quantity import number
from maskline.pipelines.engines.docker import Docker

SHUT = (8888, 9333, 9340, 18888, 19333, 19340, 23646, 33646)
TMP = "/tmp:uid=10001,gid=10001,size=128m"  # noqa: S108 - in the container
PATIENCE_S = 60


class Containers:
    """Containers of one test, all removed at its end."""

    def __init__(self, docker: Docker) -> None:
        self.docker = docker
        self.prefix = f"maskline-chart-{uuid.uuid4().hex[:8]}"
        self._names: list[str] = []

    def start(self, container: dict[str, Any], mounts: dict[str, Path], *options: str) -> str:
        """Start a container as the rendered pod describes it.  mounts: where to find what is mounted."""
        name = f"{self.prefix}-{container['name']}"
        self._names.append(name)
        context, limits = container["securityContext"], container["resources"]["limits"]
        assert context["readOnlyRootFilesystem"]
        words = ["run", "--detach", "--name", name, "--read-only", "--user", "10001:10001"]
        words += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", TMP]
        words += ["--memory", str(int(number(limits["memory"]))), "--cpus", str(number(limits["cpu"]))]
        for variable in container.get("env", []):
            words += ["--env", f"{variable['name']}={variable['value']}"]
        for place, path in mounts.items():
            words += ["--volume", f"{path}:{place}{'' if place == '/data' else ':ro'}"]
        command, arguments = container["command"], container["args"]
        self.docker.ask(*words, *options, container["image"], *command, *arguments)
        return name

    def remove(self) -> None:
        self.docker.remove(*reversed(self._names))


@pytest.fixture
def containers(docker: Docker, render: Callable[..., Any], pods: Callable[..., Any]) -> Iterator[Containers]:
    templates = pods(render("kind")).values()
    images = {container["image"] for template in templates for container in template["spec"]["containers"]}
    assert not docker.missing(images)
    running = Containers(docker)
    yield running
    running.remove()


def test_the_store_serves_s3_and_shows_nothing_else(
    containers: Containers, render: Callable[..., Any], find: Callable[..., Any], tmp_path: Path
) -> None:
    documents = render("kind")
    files = find(documents, "Secret", "store")["stringData"]
    spec = find(documents, "StatefulSet", "store")["spec"]["template"]["spec"]
    data, gateway = spec["containers"]
    for name in ("data", "config"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o777)  # fsGroup does as much
    for name, text in files.items():
        (tmp_path / "config" / name).write_text(text, "utf-8")
    toml = "/etc/seaweedfs/security.toml"
    first = containers.start(data, {"/data": tmp_path / "data", toml: tmp_path / "config/security.toml"})
    second = containers.start(gateway, {"/etc/seaweedfs": tmp_path / "config"}, f"--network=container:{first}")
    address = containers.docker.ask("inspect", "--format", "{{.NetworkSettings.IPAddress}}", first)
    wait_until_ready(f"http://{address}:8333{gateway['readinessProbe']['httpGet']['path']}")

    client = Minio(f"{address}:8333", "anaccesskey", "asecretkey", secure=False, region="us-east-1")
    client.put_object("maskline", "a/b", BytesIO(b"hello"), 5)
    assert client.get_object("maskline", "a/b").read() == b"hello"
    for port in SHUT:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, port), timeout=5)

    grace = str(spec["terminationGracePeriodSeconds"])
    for name in (second, first):
        containers.docker.ask("stop", "--time", grace, name)
        assert (
            containers.docker.ask("inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", name) == "0 false"
        )


def test_the_registering_job_registers(
    containers: Containers, render: Callable[..., Any], find: Callable[..., Any], tmp_path: Path
) -> None:
    documents = render("kind")
    for name, text in find(documents, "ConfigMap", "-client")["data"].items():
        (tmp_path / name).write_text(text, "utf-8")
    tmp_path.chmod(0o755)
    spec = find(documents, "Job", "register")["spec"]["template"]["spec"]
    with serving(Stub()) as stub:
        for container in spec["initContainers"] + spec["containers"]:
            address = f"--endpoint={stub.endpoint}"
            words = [address if word.startswith("--endpoint=") else word for word in container["args"]]
            here = {**container, "args": words}
            name = containers.start(here, {"/etc/maskline/config": tmp_path}, "--network=host")
            assert containers.docker.ask("wait", name) == "0", containers.docker.ask("logs", name)
        assert {one["name"] for one in stub.state.pipelines.values()} == set(compiled.names())
        (nightly,) = stub.state.schedules.values()
        assert nightly["trigger"]["cron_schedule"]["cron"] == "0 0 3 * * *"
        stamped = json.dumps([one["pipeline_spec"] for one in stub.state.versions.values()])
        assert '"resourceMemoryLimit": "6Gi"' in stamped
        assert "accelerator" not in stamped


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"{url} is not ready after {PATIENCE_S} s")
