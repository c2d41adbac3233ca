"""Ending a run of containers: whatever ends it, neither container nor network stays for good."""
# mypy: disable-error-code="untyped-decorator,valid-type"
# ruff: noqa: ARG001 - a component only declares its arguments

import os
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from kfp import compiler, dsl
from kfp.dsl import ContainerSpec

from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.local.backend import FOLDER_LABEL, STORE_IMAGE
from maskline.pipelines.server.container_store import STORE_LABEL

MASKLINE = f"{sysconfig.get_path('scripts')}/maskline"
IMAGE = STORE_IMAGE.replace("/store:", "/evaluate:")
PATIENCE_S = 30.0
HANG = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('hanging', flush=True); time.sleep(600)"
)


@dsl.container_component
def hang() -> ContainerSpec:
    return ContainerSpec(image=IMAGE, command=["python3", "-c", HANG])


@dsl.pipeline(name="hang")
def hanging() -> None:
    hang().set_caching_options(enable_caching=False)
    hang().set_caching_options(enable_caching=False)


Left = Callable[[dict[str, str]], list[str]]


@dataclass(frozen=True)
class Hanging:
    """A run that never ends by itself, with the store of its own folder."""

    command: Sequence[str]
    folder: Path
    left: Left

    def start(self) -> "subprocess.Popen[str]":
        """Start it; return when both of its tasks hang."""
        logs = set(self.folder.glob("runs/*/hang*/1.log"))
        run = subprocess.Popen(self.command, text=True, stderr=subprocess.PIPE)
        wait_for(
            lambda: [log.read_text() for log in set(self.folder.glob("runs/*/hang*/1.log")) - logs] == 2 * ["hanging\n"]
        )
        return run

    def rest(self) -> list[str]:
        """What there is of it."""
        return [*self.left({FOLDER_LABEL: str(self.folder)}), *self.left({STORE_LABEL: str(self.folder / "store")})]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.fixture
def hung(docker: Docker, left: Left, tmp_path: Path) -> Iterator[Hanging]:
    compiler.Compiler().compile(hanging, str(tmp_path / "hang.yaml"))
    folder = tmp_path / "demo"
    command = [MASKLINE, "run", str(tmp_path / "hang.yaml"), "--engine", "docker", "--folder", str(folder)]
    hung = Hanging(command, folder, left)
    yield hung
    assert hung.rest() == []


def test_ctrl_c_ends_everything_and_says_how_to_go_on(hung: Hanging) -> None:
    with hung.start() as run:
        assert len(hung.rest()) == 2 + 2 + 1  # tasks, store, network
        assert listed(hung.folder) == "nothing is sealed here yet\n"  # other commands use the same store meanwhile
        run.send_signal(signal.SIGINT)
        assert run.wait(PATIENCE_S) == 130
        assert run.stderr
        assert run.stderr.read() == "stopped; the same command goes on from here\n"
        assert hung.rest() == []


def listed(folder: Path) -> str:
    command = [MASKLINE, "artifacts", "--folder", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_kill_9_of_the_run_ends_everything(hung: Hanging) -> None:
    with hung.start() as run:
        run.kill()
        wait_for(lambda: hung.rest() == [])


def test_what_a_run_left_that_was_killed_with_its_reapers_is_removed_by_the_next(hung: Hanging) -> None:
    with hung.start() as run:
        for reaper in children(run.pid, "reaper.py"):
            os.kill(reaper, signal.SIGKILL)
        run.kill()
        run.wait()
    before = set(hung.left({FOLDER_LABEL: str(hung.folder)}))
    assert len(before) == 2
    with hung.start() as run:
        assert not before & set(hung.rest())
        run.send_signal(signal.SIGINT)
        assert run.wait(PATIENCE_S) == 130


def children(pid: int, word: str) -> list[int]:
    """Children of a process with a word in their command line."""
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [child for child in found if word in Path(f"/proc/{child}/cmdline").read_text()]


def refused(*words: str, **environment: str) -> str:
    """What the command says when it refuses."""
    ended = subprocess.run(
        [MASKLINE, "run", *words], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    return ended.stderr


@pytest.mark.usefixtures("docker")
def test_without_an_engine_the_command_names_what_to_start(tmp_path: Path) -> None:
    words = ["--engine", "docker", "--folder", str(tmp_path / "demo")]
    said = refused(*words, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert said.startswith("error: no Docker engine answers: ")
    assert "systemctl start docker" in said


def test_without_docker_the_command_says_so(tmp_path: Path) -> None:
    said = refused("--engine", "docker", "--folder", str(tmp_path / "demo"), PATH=str(tmp_path))
    assert "there is no program `docker` on PATH" in said


def test_an_image_that_is_not_there_is_named_before_anything_starts(docker: Docker, tmp_path: Path) -> None:
    from maskline.pipelines.dag import compiled

    text = compiled.find("train-and-evaluate").read_text()
    (tmp_path / "flow.yaml").write_text(text.replace(IMAGE, "maskline/evaluate:9.9.9"))
    folder = tmp_path / "demo"
    said = refused(str(tmp_path / "flow.yaml"), "--engine", "docker", "--folder", str(folder))
    assert said == (
        "error: image maskline/evaluate:9.9.9: not on this machine, and a run pulls nothing; `make build-images` "
        "builds the images of the committed pipelines, `docker pull` fetches others\n"
    )
    assert not (folder / "runs").exists()
    assert not (folder / "store").exists()


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["--port", "15000"], "--port 15000 is for --engine process"),
        (["--network", "host"], "--network host needs --store"),
        (["--store", "/data"], "with --engine docker it must be s3://"),
        (["--store", "s3://bucket/x"], "http://localhost:9000 is a container itself when a container asks for it"),
    ],
)
def test_a_choice_that_containers_cannot_have_is_refused(words: list[str], rule: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    said = refused("--engine", "docker", *words, "--folder", folder, AWS_ENDPOINT_URL_S3="http://localhost:9000")
    assert rule in said


def test_a_store_that_runs_as_a_process_is_named(docker: Docker, tmp_path: Path) -> None:
    from maskline.pipelines.server import seaweedfs

    with seaweedfs.start(tmp_path / "demo" / "store") as server:
        said = refused("--engine", "docker", "--folder", str(tmp_path / "demo"))
    assert f"is in use as a process (weed, {server.pid}) that containers cannot reach" in said
