"""One verb of a stage, run as a process of this machine and listened to."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.errors import TaskFailed


def call_stage(
    stage: str,
    verb: str,
    parameters: Mapping[str, Any],
    output: str,
    heard: Callable[[str], None],
    unasked: Sequence[str] = (),
) -> str:
    """Run `verb` of `stage` with `parameters` in this process's environment; return what it says of its `output`.

    heard: called with every line that the stage prints.  unasked: other outputs of the verb.
    Nothing of the stage lives on when this returns or raises, or when this process is killed.
    Raises InvalidInput where the stage is not installed, TaskFailed with its own words.
    """
    module = f"maskline.{stage}"
    if find_spec(module) is None:
        raise InvalidInput(f"this needs the {stage} stage, which is not installed here; `make install` installs it")
    with TemporaryDirectory() as folder, TemporaryFile() as errors:
        said = Path(folder) / output
        executor_input = {
            "inputs": {"parameterValues": dict(parameters)},
            "outputs": {"parameters": {name: {"outputFile": str(Path(folder) / name)} for name in (output, *unasked)}},
        }
        code = _run([sys.executable, "-m", module, verb, json.dumps(executor_input)], errors.fileno(), heard)
        if code:
            errors.seek(0)
            raise TaskFailed(_fault(stage, errors.read().decode(errors="replace"), code))
        return said.read_text("utf-8")


def _run(command: list[str], errors: int, heard: Callable[[str], None]) -> int:
    """Return the exit code.  errors: file descriptor that receives standard error."""
    with (
        Reaper() as reaper,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is this process's to answer: workers would each print a traceback
        ) as process,
    ):
        reaper.watch(process.pid)
        try:
            for line in process.stdout or ():
                heard(line.rstrip("\n"))
            return process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # what is drawn has its receipt, the rest is drawn again
            process.wait()
            reaper.forget(process.pid)


def _fault(stage: str, errors: str, code: int) -> str:
    """Return the stage's one line of what is wrong, or all that it wrote if that is not what it wrote."""
    for line in errors.splitlines():
        if line.startswith("error: "):
            return line.removeprefix("error: ")
    ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"the {stage} stage ended with {ending}\n{errors}".rstrip()
