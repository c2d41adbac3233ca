"""The embedded store, as the chart starts it: both containers' command lines, run as two processes of one pod.

A pod is a network of its own and a root folder for each container. Here that is a network namespace, and a folder with
`weed` and what the chart mounts, into which each process is locked up: nothing else is there, as in the image.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

POD = Path(__file__).parent / "pod.py"
# A user namespace of its own, so that it takes no administrator.
ISOLATED = ["unshare", "--user", "--map-root-user", "--net"]


class Pod:
    """A running pod; `ask` lets a word of pod.py be answered inside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [*ISOLATED, sys.executable, POD, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, word: str, *arguments: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([word, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the pod has ended; its logs are in {self.folder}"
        return json.loads(line)

    def end(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait()


@pytest.fixture(scope="module")
def roots(
    tmp_path_factory: pytest.TempPathFactory, render: Callable[..., Any], find: Callable[..., Any]
) -> Iterator[Path]:
    """The containers' root folders, filled as the rendered StatefulSet says."""
    _skip_where_nothing_can_be_isolated()
    folder = tmp_path_factory.mktemp("pod")
    documents = render("kind")
    spec = find(documents, "StatefulSet", "store")["spec"]["template"]["spec"]
    files = find(documents, "Secret", "store")["stringData"]
    weed = Path(sysconfig.get_path("scripts")) / "weed"
    for container in spec["containers"]:
        root = folder / container["name"]
        for mount in container["volumeMounts"]:
            place = root / mount["mountPath"].removeprefix("/")
            if mount["name"] != "config":
                place.mkdir(parents=True)
                continue
            names = [mount["subPath"]] if "subPath" in mount else list(files)
            home = place.parent if "subPath" in mount else place
            home.mkdir(parents=True)
            for name in names:
                (home / name).write_text(files[name], "utf-8")
        (root / "dev").mkdir()
        (root / "dev/null").touch()
        shutil.copy2(weed, root / "weed")
        command = {"words": container["command"] + container["args"], "environment": container["env"]}
        (folder / f"{container['name']}.json").write_text(json.dumps(command), "utf-8")
    probes = {container["name"]: container["livenessProbe"]["httpGet"] for container in spec["containers"]}
    probes["ready"] = spec["containers"][1]["readinessProbe"]["httpGet"]
    (folder / "probes.json").write_text(json.dumps({name: probe["path"] for name, probe in probes.items()}), "utf-8")
    yield folder
    for container in spec["containers"]:
        (folder / container["name"] / "weed").unlink()  # 150 MB each; the logs stay


def _skip_where_nothing_can_be_isolated() -> None:
    try:
        done = subprocess.run([*ISOLATED, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare (util-linux) to make the pod's network with")
    if done.returncode != 0:
        pytest.skip(f"this machine lets nobody make a user namespace for the pod: {done.stderr.strip()}")


@pytest.fixture(scope="module")
def pod(roots: Path) -> Iterator[Pod]:
    running = Pod(roots)
    running.ask("wait")
    yield running
    running.end()


def test_tasks_reach_what_they_wrote_with_the_keys_of_the_secret(pod: Pod) -> None:
    assert pod.ask("put", "anaccesskey", "asecretkey", "maskline", "a/b", "hello") == "written"
    assert pod.ask("get", "anaccesskey", "asecretkey", "maskline", "a/b") == "hello"


def test_only_s3_can_be_reached_from_outside(pod: Pod) -> None:
    outside = {port for address, port in pod.ask("listening") if not address.startswith("127.")}
    assert outside == {8333, 18333}
    inside = {port for address, port in pod.ask("listening") if address.startswith("127.")}
    assert {8888, 9333, 9340} <= inside  # filer, master, volume


def test_nobody_makes_himself_an_identity_through_the_gateways_other_port(pod: Pod) -> None:
    """Without a signing key this is accepted, and the intruder reads everything."""
    assert pod.ask("intrude", 18333) == "UNAUTHENTICATED"
    assert pod.ask("get", "intruderkey", "intrudersecret", "maskline", "a/b") == "InvalidAccessKeyId"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "maskline/", 403),
        ("GET", "maskline/a/b", 403),
        ("PUT", "maskline/x", 403),
        ("PUT", "ready/x", 403),
        ("PUT", "another", 403),
        ("DELETE", "ready", 403),
        ("GET", "ready/", 200),
    ],
)
def test_without_keys_one_may_list_the_empty_bucket_and_nothing_else(
    method: str, path: str, status: int, pod: Pod
) -> None:
    assert pod.ask("http", method, path)[0] == status


def test_without_keys_one_does_not_learn_which_buckets_there_are(pod: Pod) -> None:
    status, body = pod.ask("http", "GET", "")
    assert status == 403 or ("<Name>ready</Name>" in body and "maskline" not in body)


def test_a_mistyped_bucket_is_not_made(pod: Pod) -> None:
    assert pod.ask("put", "anaccesskey", "asecretkey", "masklime", "a", "x") == "NoSuchBucket"


def test_probes_answer_and_readiness_sees_a_server_that_hangs(pod: Pod) -> None:
    assert pod.ask("probe", "gateway") == 200
    assert pod.ask("probe", "data") == 200
    assert pod.ask("probe", "ready") == 200
    pod.ask("signal", "data", "SIGSTOP")
    try:
        assert pod.ask("probe", "gateway") == 200
        assert pod.ask("probe", "ready") == 0
        assert pod.ask("probe", "data") == 0
    finally:
        pod.ask("signal", "data", "SIGCONT")
    pod.ask("wait")
    assert pod.ask("probe", "ready") == 200


def test_what_was_acknowledged_outlives_a_killed_server_and_the_gateway_finds_the_new_one(pod: Pod) -> None:
    assert pod.ask("put", "anaccesskey", "asecretkey", "maskline", "before", "kept") == "written"
    pod.ask("restart", "data", "SIGKILL")
    pod.ask("wait")
    assert pod.ask("get", "anaccesskey", "asecretkey", "maskline", "before") == "kept"


def test_it_ends_in_time_when_it_is_asked_to(
    roots: Path, pod: Pod, render: Callable[..., Any], find: Callable[..., Any]
) -> None:
    grace = find(render("kind"), "StatefulSet", "store")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert pod.ask("stop", grace) == {"gateway": 0, "data": 0}
    pod.ask("start")
    pod.ask("wait")
    assert pod.ask("get", "anaccesskey", "asecretkey", "maskline", "before") == "kept"
    assert any((roots / "data/data").glob("maskline_*.dat"))
