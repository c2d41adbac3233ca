"""Work that may pass is tried again in a process started anew; nothing else is."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from maskline.contract.errors import Interrupted, InvalidInput
from maskline.contract.stage.attempts import persistently

folder, how, good = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def work():
    attempt = len(list(folder.glob("attempt-*"))) + 1
    (folder / f"attempt-{attempt}").write_text(str(os.getpid()))
    if how == "hang":
        if os.fork() == 0:
            (folder / "stray").write_text(str(os.getpid()))
            time.sleep(600)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        (folder / "ready").touch()
        time.sleep(600)
    if attempt < good:
        if how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "leave":
            sys.exit(3)
        raise {"pass": Interrupted("busy"), "fault": InvalidInput("samples = 0"), "bug": KeyError("x")}[how]

ending = persistently(work, 2, 0.01)
print(f"ending {ending.code} {ending.error}")
sys.exit(ending.code)
"""


@dataclass
class Ended:
    code: int
    lines: list[str]
    attempts: int


def run(folder: Path, how: str, good: int) -> Ended:
    """Run the program, whose attempts before number `good` end as `how` says."""
    command = [sys.executable, "-c", PROGRAM, str(folder), how, str(good)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = [line for line in ended.stdout.splitlines() if line]
    return Ended(ended.returncode, lines, len(list(folder.glob("attempt-*"))))


@pytest.mark.parametrize("how", ["pass", "bug", "kill", "leave"])
def test_what_may_pass_is_tried_again_until_it_is_good_with_one_line_each_time(tmp_path: Path, how: str) -> None:
    ended = run(tmp_path, how, 3)
    assert (ended.code, ended.attempts) == (0, 3)
    told = [line for line in ended.lines if line.startswith("attempt.failed ")]
    assert [line.split()[1:4] for line in told] == [
        ["attempt=1", "of=3", "again_in_s=0.01"],
        ["attempt=2", "of=3", "again_in_s=0.02"],
    ]


@pytest.mark.parametrize(
    ("how", "code", "error"),
    [
        ("pass", 1, "busy"),
        ("bug", 1, "KeyError: 'x'"),
        ("kill", 137, "its process was ended by SIGKILL"),
        ("leave", 3, ""),
    ],
)
def test_after_the_last_attempt_its_ending_is_that_of_all(tmp_path: Path, how: str, code: int, error: str) -> None:
    ended = run(tmp_path, how, 9)
    assert (ended.code, ended.attempts) == (code, 3)
    assert ended.lines[-1].rstrip() == f"ending {code} {error}".rstrip()


def test_a_call_at_fault_is_not_tried_again(tmp_path: Path) -> None:
    ended = run(tmp_path, "fault", 9)
    assert (ended.code, ended.attempts, ended.lines) == (2, 1, ["ending 2 samples = 0"])


def _started(folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", PROGRAM, str(folder), "hang", "1"]
    process = subprocess.Popen(command, start_new_session=True)
    _wait_for(lambda: (folder / "ready").exists() and (folder / "stray").exists())
    return process


def _wait_for(holds: object) -> None:
    deadline = time.monotonic() + 60
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _processes(folder: Path) -> list[int]:
    return [int((folder / name).read_text()) for name in ("attempt-1", "stray")]


@pytest.mark.parametrize("whom", ["process", "group"])
def test_who_is_asked_to_stop_stops_once_and_leaves_no_process(tmp_path: Path, whom: str) -> None:
    process = _started(tmp_path)
    (os.kill if whom == "process" else os.killpg)(process.pid, signal.SIGTERM)
    assert process.wait(60) == 7
    assert len(list(tmp_path.glob("attempt-*"))) == 1
    _wait_for(lambda: all(map(_gone, _processes(tmp_path))))


def test_the_work_ends_with_whoever_started_it(tmp_path: Path) -> None:
    process = _started(tmp_path)
    process.kill()
    process.wait(60)
    work, stray = _processes(tmp_path)
    _wait_for(lambda: _gone(work))
    os.kill(stray, signal.SIGKILL)  # what the work itself started is its own to tie to it
