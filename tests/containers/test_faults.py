"""Faults, each brought about for real: nothing is lost, nothing is promoted by mistake, and one message says it all."""

import io
import json
import os
import shutil
import subprocess
import sysconfig
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from maskline.contract.champion import read_champion
from maskline.contract.store import project_store
from maskline.molecules.categories import TABLE
from maskline.pipelines.dag.graph import Container, Scratch
from maskline.pipelines.engines.containers import TASK_LABEL
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.errors import TaskFailed
from maskline.pipelines.local import session
from maskline.pipelines.local.backend import Choice
from maskline.pipelines.local.connection import connected
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.server.keys import keys_in
from maskline.pipelines.server.readiness import fault
from maskline.pipelines.server.server import BUCKET, Server

if TYPE_CHECKING:
    from tests.containers.conftest import Flow, Project

TEST_LABEL = "maskline.test"
TRAIN = {"processes": 1, "batch_images": 2, "validation_images": 2, "checkpoint_period_s": 0}

MASKLINE = f"{sysconfig.get_path('scripts')}/maskline"
ONE_OF_EACH = {"dataset": 1, "checkpoint": 1, "predictions": 1, "report": 1}


def count(project: "Project") -> dict[str, int]:
    return {kind: len(artifacts) for kind, artifacts in project.sealed().items()}


def reigning(project: "Project") -> list[str]:
    """The checkpoints that ever reigned, the present one first."""
    found = read_champion(project.store, "molecules", TABLE.key)
    assert found
    champion = found[0]
    return [champion.checkpoint, *(reign.checkpoint for reign in champion.history[1:])]


def test_a_stage_that_needs_more_than_its_memory_names_the_limit_and_seals_nothing(
    project: "Project", flow: "Flow", tiny: dict[str, Any]
) -> None:
    with pytest.raises(TaskFailed) as failure:
        project.run(flow.render().limited("render", memory="96Mi"), tiny)
    assert str(failure.value).startswith(
        "render: its memory limit of 96Mi was not enough, so the kernel ended it; raise it (maskline compile "
        "--set memory.render=SIZE --output FILE), or give the step less to do at once\nlog: "
    )
    assert project.seen.retries == []
    told = project.log("render").splitlines()[-1].removeprefix("error: ")
    assert told == "its process was ended by SIGKILL: its memory limit was not enough (96 MiB); raise it"
    fault = project.fault()
    assert fault
    assert (fault.step, fault.error) == ("render", told)
    assert project.sealed() == {}
    project.run(flow.render(), tiny)
    assert count(project) == {"dataset": 1}
    assert project.unsealed() == []


class Outage:
    """Kills the store's two containers without warning, and starts them again after a while."""

    def __init__(self, server: Server, seconds: float) -> None:
        self._server, self._seconds = server, seconds
        self._threads: list[threading.Thread] = []
        self._alone = threading.Lock()

    def begin(self) -> None:
        thread = threading.Thread(target=self._pass)
        thread.start()
        self._threads.append(thread)

    def _pass(self) -> None:
        with self._alone:
            gateway, data = self._server.state.containers
            subprocess.run(["docker", "kill", gateway, data], check=True, capture_output=True)
            time.sleep(self._seconds)
            subprocess.run(["docker", "start", data], check=True, capture_output=True)
            subprocess.run(["docker", "start", gateway], check=True, capture_output=True)

    def end(self) -> None:
        """Wait until the store answers again, perhaps at another address: tasks know it by name."""
        for thread in self._threads:
            thread.join()
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        data = self._server.state.containers[1]
        found = subprocess.run(
            ["docker", "inspect", "--format", form, data], check=True, capture_output=True, text=True
        )
        self._server.state = replace(self._server.state, host=found.stdout.strip())
        os.environ["AWS_ENDPOINT_URL_S3"] = self._server.endpoint
        assert not fault(f"{self._server.state.host}:{self._server.port}", BUCKET, self._server.keys, lambda: True, 60)


MIDDLES = ("render.shard_done", "train.begin", "predict.start")


def test_a_store_that_is_killed_and_started_again_in_the_middle_of_every_stage_costs_no_more_than_time(
    project: "Project", server: Server, flow: "Flow", tiny: dict[str, Any]
) -> None:
    outage = Outage(server, seconds=2.0)
    struck: list[str] = []

    def strike(name: str, text: str) -> None:
        """Once when a step starts, and in the middle of those that take a while."""
        moment = f"{name} {text.split(' ', maxsplit=1)[0]}".strip()
        if moment not in struck and text.split(" ", maxsplit=1)[0] in ("", *MIDDLES):
            struck.append(moment)
            outage.begin()

    project.seen.act = strike
    project.run(flow, tiny)
    outage.end()
    assert set(struck) == {
        "render", "render render.shard_done", "train", "train train.begin", "predict", "predict predict.start",
        "contest",
    }  # fmt: skip
    assert count(project) == ONE_OF_EACH
    assert project.unsealed() == []
    assert reigning(project) == [project.sealed()["checkpoint"][0].uri]


KILLED = """
import os, signal
from pathlib import Path
import maskline.contract.artifact as artifact
from maskline.contract import champion

def die(where):
    mark = Path("/tmp", f"died-{where}")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)

clear, write, receive = artifact.clear_work, champion.write_champion, artifact.write_receipt
def clear_work(*words):
    die("sealing")
    clear(*words)
def write_champion(*words):
    write(*words)
    die("promoting")
def write_receipt(*words):
    receive(*words)
    die("working")
artifact.clear_work, champion.write_champion = clear_work, write_champion
if WORKING:
    artifact.write_receipt = write_receipt
"""
"""Kills the work of a container, once each, when its manifest is written, the champion's pointer, its first receipt."""
KILLED_AFTER_SEALING = f"WORKING = False\n{KILLED}"
KILLED_AT_WORK = f"WORKING = True\n{KILLED}"
HANDED_OUT = """
from maskline.contract.stage import parts
parts.WORTH_S = 1e-6
"""
"""Lets little work be much, so that it is handed out in parts."""


def injected(flow: "Flow", folder: Path, code: str) -> "Flow":
    """Let every Python process of the containers run some code first."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(textwrap.dedent(code))

    def change(container: Container) -> Container:
        return replace(container, environment={**container.environment, "PYTHONPATH": str(folder)})

    return flow.with_container("", change)


def test_a_stage_that_is_killed_after_sealing_finds_its_own_artifact_when_it_tries_again(
    project: "Project", flow: "Flow", tiny: dict[str, Any], tmp_path: Path
) -> None:
    project.run(injected(flow, tmp_path / "code", KILLED_AFTER_SEALING), tiny, [tmp_path / "code"])
    ended = [retry.split(":")[0] for retry in project.seen.retries]
    assert ended == ["render", "train", "predict", "contest", "contest"]
    assert all("reason='its process was ended by SIGKILL'" in retry for retry in project.seen.retries)
    assert "train.sealed_already" in project.log("train")
    assert project.fault() is None
    assert count(project) == ONE_OF_EACH
    assert project.unsealed() == []
    assert reigning(project) == [project.sealed()["checkpoint"][0].uri]


SEVEN_SHARDS = {"overrides": json.dumps({"render": {"validation_share": 0.25, "samples_per_shard": 4}})}


def test_parts_whose_work_is_killed_draw_the_dataset_that_one_pod_draws(
    project: "Project", flow: "Flow", tiny: dict[str, Any], tmp_path: Path
) -> None:
    whole = project.run(flow.render(), tiny | SEVEN_SHARDS).parameters["render"]
    assert whole["parts"] == []
    in_parts = replace(project, name=f"{project.name}-parts", seen=type(project.seen)())
    killed = injected(flow.render(), tmp_path / "code", HANDED_OUT + KILLED_AT_WORK)
    begun = in_parts.run(killed, tiny | SEVEN_SHARDS, [tmp_path / "code"]).parameters["render"]
    assert begun["parts"] == [f"{number}-{number + 1}" for number in range(7)]
    ended = [retry.split(":")[0] for retry in in_parts.seen.retries]
    assert ended.count("render") == 1  # it draws a second shard then, and five are left
    assert ended.count("render-work") >= 5 + 1
    (one,), (other,) = project.sealed()["dataset"], in_parts.sealed()["dataset"]
    assert one.manifest.files == other.manifest.files
    assert in_parts.unsealed() == []


def container_of(docker: Docker, project: "Project", task: str) -> str:
    labels = (f"{TEST_LABEL}={project.name}", f"{TASK_LABEL}={task}")
    return docker.ask("ps", "--quiet", *(word for label in labels for word in ("--filter", f"label={label}"))).strip()


def test_a_container_that_vanishes_is_started_again_and_its_training_goes_on(
    project: "Project", docker: Docker, flow: "Flow", tiny: dict[str, Any], dataset: str
) -> None:
    """As a pod that is deleted, with its scratch space."""

    def strike(name: str, text: str) -> None:
        if text.startswith("train.state_kept ") and project.seen.starts == [name]:
            docker.ask("rm", "--force", container_of(docker, project, f"{name}/1"))

    project.seen.act = strike
    train = flow.part("train", dataset_uri=dataset)
    project.run(train, tiny | {"train_steps": 4, "overrides": json.dumps({"train": TRAIN})})
    assert project.seen.starts == ["train", "train"]
    assert len(project.seen.retries) == 1
    assert "train.resumed step=" in project.log("train")
    assert count(project) == {"checkpoint": 1}
    assert project.unsealed() == []


def test_two_runs_at_once_on_the_same_inputs_make_one_of_each(
    project: "Project", server: Server, tiny: dict[str, Any], tmp_path: Path
) -> None:
    options = [word for name, value in tiny.items() for word in ("-p", f"{name}={value}")]
    store = ["--store", project.uri, "--network", server.state.network]
    runs = [
        subprocess.Popen(
            [MASKLINE, "run", "--engine", "docker", *options, *store, "--folder", str(tmp_path / name)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in ("one", "two")
    ]
    said = [run.communicate(timeout=600)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], "\n".join(said)
    assert count(project) == ONE_OF_EACH
    assert project.unsealed() == []
    assert reigning(project) == [project.sealed()["checkpoint"][0].uri]
    for text in said:
        assert project.sealed()["checkpoint"][0].uri in text


@pytest.fixture
def gateway(server: Server) -> Iterator[Callable[[str], None]]:
    """Give the gateway another secret key."""
    path = server.folder / "gateway" / "s3.json"
    before = path.read_text()

    def change(key: str) -> None:
        config = json.loads(before)
        config["identities"][0]["credentials"][0]["secretKey"] = key
        path.write_text(json.dumps(config))
        subprocess.run(
            ["docker", "restart", "--time", "0", server.state.containers[0]], check=True, capture_output=True
        )

    yield change
    path.write_text(before)


def test_keys_that_are_no_longer_valid_end_the_run_at_once_and_mended_ones_let_it_go_on(
    project: "Project",
    server: Server,
    flow: "Flow",
    tiny: dict[str, Any],
    gateway: Callable[[str], None],
    tmp_path: Path,
) -> None:
    def expire(name: str, text: str) -> None:
        if name == "render-work" and not text and project.seen.starts.count(name) == 1:
            gateway("another-key")

    project.seen.act = expire
    in_parts = injected(flow.render(), tmp_path / "code", HANDED_OUT)
    with pytest.raises(TaskFailed, match=r"^render: draw: http://store:8333 refuses the S3 keys for s3://\S+ \("):
        project.run(in_parts, tiny, [tmp_path / "code"])
    assert project.seen.retries == []
    project.seen = type(project.seen)()
    gateway(keys_in(server.folder / "keys.json").secret_key)
    assert not fault(f"{server.state.host}:{server.port}", BUCKET, server.keys, lambda: True, 60)
    assert project.sealed() == {}
    project.run(flow.render(), tiny)
    assert count(project) == {"dataset": 1}


SKEWED = """
import datetime, time

class datetime_(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(hours=HOURS)

    @classmethod
    def utcnow(cls):
        return super().utcnow() + datetime.timedelta(hours=HOURS)

right = time.time
time.time = lambda: right() + HOURS * 3600
datetime.datetime = datetime_
"""


@pytest.mark.parametrize(("hours", "word"), [(3, "ahead of"), (-3, "behind")])
def test_a_clock_that_is_hours_off_is_named(
    project: "Project", flow: "Flow", tiny: dict[str, Any], tmp_path: Path, hours: int, word: str
) -> None:
    skewed = injected(flow.render().retried(1), tmp_path / "code", SKEWED.replace("HOURS", f"({hours})"))
    with pytest.raises(TaskFailed) as failure:
        project.run(skewed, tiny, [tmp_path / "code"])
    assert str(failure.value).startswith(f"render: http://store:8333 refuses s3://{BUCKET}/{project.name}/")
    assert f"this machine's clock is 3 h 00 min {word} the store's" in str(failure.value)
    assert "set the clock right" in str(failure.value)
    assert len(project.seen.retries) == 1
    assert project.store.list("") == []


def test_scratch_space_that_is_full_is_named_and_more_of_it_lets_the_run_go_on(
    project: "Project", flow: "Flow", tiny: dict[str, Any], dataset: str
) -> None:
    """The scratch space is in memory here: only there can Docker bound it."""
    train = flow.part("train", dataset_uri=dataset).retried(1)

    def small(container: Container) -> Container:
        return replace(container, scratch=(Scratch("/tmp", "100Ki", in_memory=True),))  # noqa: S108 - in the container

    with pytest.raises(TaskFailed, match=r"^train: .*No space left on device") as failure:
        project.run(train.with_container("train", small), tiny)
    assert "Traceback" not in project.log("train")
    assert len(project.seen.retries) == 1
    fault = project.fault()
    assert fault
    assert (fault.step, f"train: {fault.error}") == ("train", str(failure.value).splitlines()[0])
    assert project.sealed() == {}
    project.run(train, tiny)
    assert count(project) == {"checkpoint": 1}
    assert project.unsealed() == []


class Listener(io.StringIO):
    """What a command prints; acts when a word is printed for the first time."""

    def __init__(self, word: str, act: Callable[[], object]) -> None:
        super().__init__()
        self._word, self._act = word, act

    def write(self, text: str) -> int:
        if self._word in text and self._word not in self.getvalue():
            self._act()
        return super().write(text)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A run's folder whose store lies on a disk of 100 MB."""
    data = tmp_path / "demo" / "store" / "data"
    data.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", data], check=True)
    yield tmp_path / "demo"
    subprocess.run(["umount", data], check=True)


IMPATIENT = f"""
import runpy
from maskline.contract.store.s3 import patience
patience.PATIENT_S = 8.0
{HANDED_OUT}
runpy.run_module("maskline.render", run_name="__main__")
"""


def impatient(container: Container) -> Container:
    """Wait for a store that fails no longer than a test may take, and draw in parts."""
    assert container.command[:3] == ("python3", "-m", "maskline.render")
    return replace(container, command=("python3", "-c", IMPATIENT, *container.command[3:]))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
@pytest.mark.usefixtures("docker")
def test_a_store_whose_disk_is_full_is_named_and_seals_nothing_and_room_lets_the_run_go_on(
    flow: "Flow", tiny: dict[str, Any], small_disk: Path
) -> None:
    hurried = flow.render().retried(0).with_container("", impatient)
    pipeline, folder = hurried.pipeline, Folder(small_disk)
    values = {name: parameter.default for name, parameter in pipeline.parameters.items()} | tiny
    ballast = folder.store / "data" / "ballast"

    def fill() -> None:
        ballast.write_bytes(bytes(shutil.disk_usage(ballast.parent).free))

    def run(word: str, act: Callable[[], object]) -> str:
        printed = Listener(word, act)
        session.run(pipeline, values, folder, Console(file=printed), Choice("docker"))
        return printed.getvalue()

    with pytest.raises(TaskFailed) as failure:
        run("render: draw       started", fill)
    said = str(failure.value).splitlines()
    assert said[0].startswith("render: draw: http://store:8333 keeps failing for s3://maskline/local/")
    assert said[-1] == (
        f"the disk of {ballast.parent} is full (0.0 MB free): make room, then the same command goes on from here"
    )
    ballast.unlink()
    assert "render.sealed" in run("never", lambda: None)
    with connected(folder.path):
        assert [path for path in project_store().list("") if "manifest" in path or path.startswith("work")] == [
            path for path in project_store().list("datasets") if "manifest" in path
        ]
