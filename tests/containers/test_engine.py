"""The container engine by itself: what a container sees, how its end is told, and that nothing stays."""

import asyncio
import json
import os
import secrets
import signal
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from maskline.pipelines.dag.graph import Limits, Scratch
from maskline.pipelines.engines.containers import DockerEngine, Site
from maskline.pipelines.engines.docker import Docker
from maskline.pipelines.engines.engine import Command, Ending
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.errors import EngineFailed
from maskline.pipelines.local.backend import STORE_IMAGE
from maskline.pipelines.server.server import Server

IMAGE = STORE_IMAGE.replace("/store:", "/evaluate:")
LABELS = {"maskline.test": f"engine-{secrets.token_hex(4)}"}  # somebody else may run these tests on this machine


@dataclass(frozen=True)
class Trial:
    """Runs Python in a container."""

    engine: DockerEngine
    site: Site
    folder: Path

    def command(self, code: str, lines: list[str], **given: Any) -> Command:
        """`given` replaces fields of Command."""
        folder = self.folder / "task" / str(len(list(self.folder.glob("task/*.log"))))
        folder.mkdir(parents=True)
        plain: dict[str, Any] = {
            "name": f"task/{folder.name}", "image": IMAGE, "arguments": ["python3", "-c", textwrap.dedent(code)],
            "environment": {}, "secrets": {}, "scratch": (), "limits": Limits(),
        }  # fmt: skip
        return Command(folder=folder, log=folder.with_suffix(".log"), line=lines.append, **{**plain, **given})

    def run(self, code: str, **given: Any) -> tuple[Ending, list[str]]:
        lines: list[str] = []
        return asyncio.run(self.engine.run(self.command(code, lines, **given))), lines


@pytest.fixture
def trial(
    docker: Docker, server: Server, tmp_path: Path, left: Callable[[dict[str, str]], list[str]]
) -> Iterator[Trial]:
    """An engine on the store's network."""
    with Reaper() as reaper:
        site = Site("-".join(("maskline", *LABELS.values())), LABELS, server.state.network)
        yield Trial(DockerEngine(docker, reaper, site), site, tmp_path)
    assert left(LABELS) == []


LOOK = """
import json, os, pathlib
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
status = dict(line.split(":\\t", 1) for line in lines if ":\\t" in line)
def trial(path):
    try:
        pathlib.Path(path, "trial").write_text("x")
    except OSError as fault:
        return fault.strerror
    return "written"
print(json.dumps({
    "ids": os.getresuid() + os.getresgid(),
    "groups": os.getgroups(),
    "capabilities": [status[f"Cap{name}"].strip("0") for name in ("Inh", "Prm", "Eff", "Bnd", "Amb")],
    "no new privileges": status["NoNewPrivs"],
    "writing": {path: trial(path) for path in ("/opt", "/etc", "/", "/run", "/tmp", "/dev/shm", "/etc/maskline/s3")},
    "shared memory": os.statvfs("/dev/shm").f_blocks * os.statvfs("/dev/shm").f_frsize,
    "secret": {path.name: path.read_text() for path in pathlib.Path("/etc/maskline/s3").iterdir()},
    "variables": "the-secret" in repr(os.environ),
}))
"""


def test_a_container_is_nobody_and_can_write_to_its_scratch_alone(trial: Trial) -> None:
    secrets = {"/etc/maskline/s3": {"secretkey": "the-secret"}}
    scratch = (Scratch("/dev/shm", "128Mi", in_memory=True),)  # noqa: S108 - in the container
    ending, (line,) = trial.run(LOOK, secrets=secrets, scratch=scratch)
    assert ending == Ending(0)
    assert json.loads(line) == {
        "ids": [10001] * 6,
        "groups": [10001],
        "capabilities": [""] * 5,
        "no new privileges": "1",
        "writing": {
            "/opt": "Read-only file system",
            "/etc": "Read-only file system",
            "/": "Read-only file system",
            "/run": "Read-only file system",
            "/tmp": "written",  # noqa: S108 - in the container
            "/dev/shm": "written",  # noqa: S108
            "/etc/maskline/s3": "Read-only file system",
        },
        "shared memory": 128 * 1024**2,
        "secret": {"secretkey": "the-secret"},
        "variables": False,
    }


REACH = """
import json, socket, sys
found = {}
for host, port in json.loads(sys.stdin.read() or '%s'):
    try:
        socket.create_connection((host, port), timeout=3).close()
        found[f"{host}:{port}"] = "open"
    except OSError as fault:
        found[f"{host}:{port}"] = fault.strerror or str(fault)
print(json.dumps(found))
"""
SERVICES = (9333, 19333, 9340, 19340, 8888, 18888, 23646, 33646)
"""Master, volume server, filer and admin of SeaweedFS, HTTP and gRPC."""


def test_of_the_store_a_container_reaches_s3_and_of_the_world_nothing(trial: Trial) -> None:
    asked = [("store", 8333), *(("store", port) for port in SERVICES), ("1.1.1.1", 443)]
    ending, (line,) = trial.run(REACH % json.dumps(asked))
    assert ending == Ending(0)
    found = json.loads(line)
    assert found.pop("store:8333") == "open"
    assert found.pop("1.1.1.1:443") != "open"
    assert set(found.values()) == {"Connection refused"}


@pytest.mark.parametrize("call", ["PutIdentity", "RemoveIdentity"])
def test_the_gateways_own_port_gives_no_keys_away(server: Server, call: str) -> None:
    with grpc.insecure_channel(f"{server.state.host}:18333") as channel:
        method = channel.unary_unary(f"/messaging_pb.SeaweedS3IamCache/{call}")
        with pytest.raises(grpc.RpcError) as refusal:
            method(b"", timeout=10)
    assert refusal.value.code() == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_it_says_arrives_in_order_and_its_exit_code_is_told(trial: Trial, stream: str) -> None:
    code = f"import sys; print('one', 'x' * 1_000_000, 'no end', sep='\\n', end='', file=sys.{stream}); sys.exit(3)"
    assert trial.run(code) == (Ending(3), ["one", "x" * 1_000_000, "no end"])
    assert (trial.folder / "task" / "0.log").stat().st_size == 4 + 1_000_001 + 6


@pytest.mark.parametrize("code", ["import ctypes; ctypes.string_at(0)", "import sys; sys.exit(128 + 11)"])
def test_a_signal_is_a_negative_exit_code_be_it_the_containers_end_or_told_of_a_child(trial: Trial, code: str) -> None:
    assert trial.run(code)[0] == Ending(-11)


def test_a_container_that_runs_on_when_the_engine_loses_hold_of_it_has_failed_and_is_removed(trial: Trial) -> None:
    def let_go(_: str) -> None:
        (attached,) = children(os.getpid(), "maskline-engine")
        os.kill(attached, signal.SIGKILL)

    command = replace(trial.command("import time; print(1); time.sleep(600)", []), line=let_go)
    ending = asyncio.run(trial.engine.run(command))
    assert ending == Ending(1, "the engine lost hold of its container, which is running")


def children(pid: int, words: str) -> list[int]:
    """Children of a process with words in their command line."""
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [child for child in found if words in Path(f"/proc/{child}/cmdline").read_text()]


def test_a_container_that_cannot_be_removed_is_left_to_the_reaper(trial: Trial, tmp_path: Path) -> None:
    lame = tmp_path / "docker"
    lame.write_text('#!/bin/sh\n[ "$1" != rm ] || { echo "removal is in progress" >&2; exit 1; }\nexec docker "$@"\n')
    lame.chmod(0o755)
    with Reaper() as reaper:
        docker = Docker(str(lame))
        engine = DockerEngine(docker, reaper, trial.site)
        assert asyncio.run(engine.run(trial.command("", []))) == Ending(0)
        lame.write_text('#!/bin/sh\nexec docker "$@"\n')


@pytest.mark.parametrize(
    "code",
    [
        "waste = bytearray(200_000_000); waste[::4096] = b'x' * len(waste[::4096])",
        """
        import subprocess, sys
        child = "waste = bytearray(200_000_000); waste[::4096] = b'x' * len(waste[::4096])"
        sys.exit(1 if subprocess.run([sys.executable, "-c", child]).returncode else 0)
        """,
    ],
    ids=["itself", "child"],
)
def test_a_container_that_needs_more_than_its_memory_is_told_so(trial: Trial, code: str) -> None:
    ending, _ = trial.run(code, limits=Limits(memory="64Mi"))
    assert ending.code in (-9, 1)
    assert "its memory limit of 64Mi was not enough" in ending.reason


def test_a_program_that_the_image_lacks_is_named(trial: Trial) -> None:
    ending, _ = trial.run("", arguments=["no-such-program"])
    assert ending.code == 127
    assert '"no-such-program": executable file not found' in ending.reason


def test_an_image_that_is_not_there_is_not_pulled(trial: Trial) -> None:
    with pytest.raises(EngineFailed, match=r"No such image: maskline/evaluate:none"):
        trial.run("", image="maskline/evaluate:none")


def test_what_it_leaves_in_its_folder_can_be_read_and_removed_by_the_user_of_this_machine(trial: Trial) -> None:
    code = f"import pathlib; pathlib.Path('{trial.folder}/task/0/parameters/said').write_text('yes')"
    assert trial.run(code)[0] == Ending(0)
    said = trial.folder / "task" / "0" / "parameters" / "said"
    assert (said.read_text(), said.stat().st_uid) == ("yes", 10001)
    assert (trial.folder / "task").stat().st_mode & 0o777 == 0o700
    said.unlink()


def test_a_container_that_is_no_longer_wanted_is_ended_and_removed(trial: Trial) -> None:
    async def start_and_cancel() -> None:
        runs = asyncio.Event()
        command = replace(trial.command("import time; print(1); time.sleep(600)", []), line=lambda _: runs.set())
        task = asyncio.create_task(trial.engine.run(command))
        await runs.wait()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(start_and_cancel())
