"""Tasks are forked from a process that has loaded what they need, and are otherwise as any process."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maskline.pipelines.engines.fork_server import LOADED, Child, ForkServer
from maskline.pipelines.errors import EngineFailed

MODULE = """
import os, signal, sys, time
what = sys.argv[1]
print(__name__, sys.argv, sorted(os.environ), os.getpid() == os.getsid(0), flush=True)
if what == "loaded":
    print(all(name in sys.modules for name in sys.argv[2:]))
elif what == "fail":
    raise KeyError("x")
elif what == "leave":
    sys.exit(3)
elif what == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
elif what == "sleep":
    time.sleep(600)
"""


@pytest.fixture
def fork_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServer]:
    """A fork server that finds the module `task`."""
    (tmp_path / "task.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with ForkServer() as started:
        yield started


async def ran(fork_server: ForkServer, log: Path, *words: str) -> tuple[int, str]:
    with log.open("wb") as file:
        child = await fork_server.fork("task", words, {"WORD": "given"}, file)
    code = await child.wait()
    assert child.returncode == code
    return code, await asyncio.to_thread(log.read_text)


@pytest.mark.parametrize(
    ("what", "code", "says"),
    [("loaded", 0, "True\n"), ("fail", 1, "KeyError: 'x'\n"), ("leave", 3, ""), ("kill", -signal.SIGKILL, "")],
)
def test_a_task_is_the_main_module_with_its_own_words_environment_session_and_end(
    fork_server: ForkServer, tmp_path: Path, what: str, code: int, says: str
) -> None:
    words = (what, *(LOADED if what == "loaded" else ()))
    ended, said = asyncio.run(ran(fork_server, tmp_path / "log", *words))
    first, _, rest = said.partition("\n")
    assert first == f"__main__ {[str(tmp_path / 'task.py'), *words]!r} ['WORD'] True"
    assert ended == code
    assert rest.endswith(says)


def test_tasks_run_beside_each_other_and_each_is_told_of_its_own_end(fork_server: ForkServer, tmp_path: Path) -> None:
    async def both() -> list[Any]:
        return await asyncio.gather(*(ran(fork_server, tmp_path / what, what) for what in ("leave", "kill", "fail")))

    assert [code for code, _ in asyncio.run(both())] == [3, -signal.SIGKILL, 1]


def test_who_waits_while_the_fork_server_is_killed_is_told_so_and_the_next_task_comes_from_another(
    fork_server: ForkServer, tmp_path: Path
) -> None:
    async def orphan() -> None:
        with (tmp_path / "log").open("wb") as file:
            child: Child = await fork_server.fork("task", ("sleep",), {}, file)
            os.kill(fork_server.pid, signal.SIGKILL)
            with pytest.raises(EngineFailed, match="the process that starts tasks is gone"):
                await child.wait()
            assert child.returncode is None
            os.kill(child.pid, signal.SIGKILL)

    asyncio.run(orphan())
    assert asyncio.run(ran(fork_server, tmp_path / "log", "leave"))[0] == 3
