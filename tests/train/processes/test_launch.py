"""Training processes: one that dies takes the others with it, and none is left behind, however the parent ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from processes import is_running, require_gone

from maskline.contract.cores import cores
from maskline.contract.errors import InvalidInput
from maskline.train.job import Job
from maskline.train.processes.faults import ProcessLost
from maskline.train.processes.launch import started

RANK = """
import os, signal, sys, time
from maskline.contract.errors import InvalidInput
from maskline.train import rank as product
with open(f"{sys.path[0] or '.'}/pid-{os.environ['RANK']}", "w") as file:
    file.write(str(os.getpid()))
"""
PARENT = """
import sys, time
from pathlib import Path
from maskline.train.processes.launch import started
with started("maskline.train.rank", 2, Path(sys.argv[1])) as ranks:
    print(*[process.pid for process in ranks._processes], flush=True)
    time.sleep(60)
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Make a module that does something else in place of training."""

    def make(body: str) -> str:
        (tmp_path / "stand_in.py").write_text(RANK + body, "utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        return "stand_in"

    return make


def pids(folder: Path) -> list[int]:
    return [int(path.read_text("ascii")) for path in folder.glob("pid-*")]


def test_a_killed_process_is_named_and_ends_the_others(stand_in: Callable[[str], str], tmp_path: Path) -> None:
    module = stand_in("""
if os.environ["RANK"] == "1":
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(60)
""")
    with pytest.raises(ProcessLost, match="process 1 of 2 was ended by SIGKILL"), started(module, 2, tmp_path) as ranks:
        ranks.join()
    require_gone(pids(tmp_path))


def test_the_first_fault_is_told_not_those_it_caused(stand_in: Callable[[str], str], tmp_path: Path) -> None:
    module = stand_in("""
while os.environ["RANK"] == "0" and not os.path.exists("fault-1.json"):
    time.sleep(0.01)
product._leave_word(InvalidInput("the cause") if os.environ["RANK"] == "1" else OSError("connection closed"))
sys.exit(1)
""")
    with pytest.raises(InvalidInput, match="the cause"), started(module, 2, tmp_path) as ranks:
        ranks.join()


def test_a_killed_process_is_told_not_the_connections_it_broke(stand_in: Callable[[str], str], tmp_path: Path) -> None:
    module = stand_in("""
if os.environ["RANK"] == "1":
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
product._leave_word(OSError("connection closed"))
time.sleep(60)
""")
    with pytest.raises(ProcessLost, match="process 1 of 2 was ended by SIGKILL"), started(module, 2, tmp_path) as ranks:
        ranks.join()


def test_what_nobody_expected_is_told_too(stand_in: Callable[[str], str], tmp_path: Path) -> None:
    module = stand_in("product._leave_word(KeyError('strange')); sys.exit(1)")
    with (
        pytest.raises(ProcessLost, match="training failed: KeyError: 'strange'"),
        started(module, 1, tmp_path) as ranks,
    ):
        ranks.join()


def test_when_the_first_has_finished_all_have(stand_in: Callable[[str], str], tmp_path: Path) -> None:
    module = stand_in("time.sleep(60 if os.environ['RANK'] == '1' else 0)")
    with started(module, 2, tmp_path) as ranks:
        ranks.join()
    require_gone(pids(tmp_path))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_its_parent(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(is_running(pid) for pid in children)
        parent.send_signal(number)
    require_gone([parent.pid, *children])


@pytest.mark.parametrize("own", ["", "glibc.malloc.arena_max=2"])
def test_processes_share_the_cores_never_spin_and_use_large_pages(
    own: str, stand_in: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if own:
        monkeypatch.setenv("GLIBC_TUNABLES", own)
    names = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GLIBC_TUNABLES", "WORLD_SIZE", "LOCAL_RANK")
    module = stand_in(f"open(f'env-{{os.environ[\"RANK\"]}}', 'w').write(repr([os.environ[n] for n in {names!r}]))")
    with started(module, 1, tmp_path) as ranks:
        ranks.join()
    threads = os.environ.get("OMP_NUM_THREADS", str(cores()))
    assert (tmp_path / "env-0").read_text("ascii") == repr(
        [threads, "PASSIVE", own or "glibc.malloc.hugetlb=1", "1", "0"]
    )


@pytest.mark.parametrize(
    ("processes", "gpus", "batch", "started_processes"), [(2, 0, 8, 2), (2, 1, 8, 1), (4, 3, 8, 2), (1, 8, 8, 1)]
)
def test_there_is_at_most_one_process_per_gpu_with_equal_parts_of_the_batch(
    processes: int, gpus: int, batch: int, started_processes: int, tiny: Callable[..., object]
) -> None:
    config = tiny(processes=processes, batch_images=batch)
    job = Job.model_construct(config=config, gpus=gpus)
    assert job.processes == started_processes
