"""How an attempt's ending is told: want of memory where that was it, and one line that is never too long."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from maskline.contract.errors import FolderUnavailable
from maskline.contract.runs.fault import last_fault
from maskline.contract.runs.webhook import FOLDER_VARIABLE
from maskline.contract.stage.attempts import FAILED, INVALID
from maskline.contract.stage.call import Call
from maskline.contract.stage.entry import main
from maskline.contract.store.directory import DirectoryStore

PROGRAM = """
import os, signal, sys
from pathlib import Path
from maskline.contract.errors import InvalidInput
from maskline.contract.stage import attempts

counts, how = Path(sys.argv[1]), sys.argv[2]
attempts._MEMORY = (counts,)

def work():
    print("attempt", flush=True)
    if how != "long":  # the kernel ends one of its processes
        counts.write_text("oom_kill_disable 0\\nunder_oom 0\\noom_kill 3\\n")
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "leave":
        os._exit(3)
    if how == "fault":
        raise InvalidInput("samples = 0")
    if how == "long":
        raise RuntimeError("first line\\n" + "x" * 1_000_000)

ending = attempts.persistently(work, 0 if how == "long" else 2, 0.01)
print("ending", ending.error)
sys.exit(ending.code)
"""


@dataclass
class Ended:
    code: int
    attempts: int
    error: str


def run(folder: Path, how: str) -> Ended:
    """Run the program: its work, unless "long", loses a process for want of memory, and ends as `how` says."""
    counts = folder / "memory.oom_control"
    counts.write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    command = [sys.executable, "-c", PROGRAM, str(counts), how]
    ended = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, timeout=60)
    said = ended.stdout.splitlines()
    return Ended(ended.returncode, said.count("attempt"), said[-1].removeprefix("ending").strip())


@pytest.mark.parametrize(("how", "what"), [("kill", "its process was ended by SIGKILL"), ("leave", "exit code 3")])
def test_work_that_lacked_memory_is_not_tried_again_and_says_so(tmp_path: Path, how: str, what: str) -> None:
    ended = run(tmp_path, how)
    assert (ended.code, ended.attempts) == (1, 1)
    assert ended.error.startswith(f"{what}: its memory limit was not enough")
    assert ended.error.endswith("; raise it")


@pytest.mark.parametrize(("how", "code", "error"), [("good", 0, ""), ("fault", 2, "samples = 0")])
def test_work_that_lost_a_process_for_want_of_memory_ends_as_it_says_itself(
    tmp_path: Path, how: str, code: int, error: str
) -> None:
    assert run(tmp_path, how) == Ended(code, 1, error)


def test_an_error_of_many_lines_and_a_million_characters_is_told_in_one_line_of_a_few_thousand(tmp_path: Path) -> None:
    error = run(tmp_path, "long").error
    assert error.startswith("RuntimeError: first line xxx")
    assert 1000 < len(error) < 10_000


GIVEN = '{"inputs": {"parameterValues": {"run": "run-1"}}}'


@pytest.fixture(autouse=True)
def _step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKLINE_STEP", "render")


def call_at_fault(call: Call) -> None:
    call.text("absent")


def test_the_store_is_told_even_where_the_webhooks_secret_is_no_text(
    directory_store: DirectoryStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "url").write_bytes(b"\xff\xfe")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert main({"do": call_at_fault}, ["do", GIVEN]) == INVALID
    assert "webhook.silent" in capsys.readouterr().out
    found = last_fault(directory_store, "run-1")
    assert found
    assert (found.step, found.posted) == ("render", False)


def test_a_local_folder_that_is_full_is_told_to_the_store(directory_store: DirectoryStore) -> None:
    def full(_: Call) -> None:
        raise FolderUnavailable("no space left")

    assert main({"do": full}, ["do", GIVEN]) == FAILED
    found = last_fault(directory_store, "run-1")
    assert found
    assert found.error == "no space left"


def test_whatever_goes_wrong_while_a_fault_is_told_the_exit_code_stays_the_stages(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("maskline.contract.runs.fault.write_fault", broken)
    assert main({"do": call_at_fault}, ["do", GIVEN]) == INVALID
    said = capsys.readouterr()
    assert said.err.splitlines()[-1].startswith("error: parameter absent")
    assert "fault.untold reason='no luck'" in said.out
    assert directory_store.list("runs") == []
