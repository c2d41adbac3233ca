"""One training in many lives: each is ended at a moment of its own, and the next goes on from the state kept."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

STARTING_SHARE = 0.2
"""Of the ends: while libraries load, data arrive or the state is taken up."""


@dataclass(frozen=True)
class End:
    """When and how a life ends: so many seconds after the process starts, or after it has taken so many steps."""

    seconds: float
    steps: int | None = None
    number: signal.Signals = signal.SIGKILL
    group: bool = True
    """Whether the signal goes to all processes of the training, or to the stage's own alone."""


@dataclass(frozen=True)
class Life:
    """What was seen of one life: the steps that its first and last line of steps name; none took place where 0."""

    end: End | None
    resumed_from: int
    last: int
    code: int
    said: str


def ends(count: int, steps: int, rng: np.random.Generator) -> list[End]:
    """Draw the ends of `count` lives whose steps, together, stay below `steps`."""
    most = 2 * steps // (count + 2)
    return [
        End(float(rng.uniform(0, 5)))
        if rng.random() < STARTING_SHARE
        else End(float(rng.uniform(0, 0.5)), int(rng.integers(0, max(most, 1) + 1)))
        for _ in range(count)
    ]


def lives(command: Sequence[str], environment: Mapping[str, str], planned: Iterable[End | None]) -> Iterator[Life]:
    """Start the command once for every planned end; None lets it come to its own."""
    for end in planned:
        with subprocess.Popen(
            command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            life = threading.Thread(target=_end, args=[process, end]) if end and end.steps is None else None
            if life:
                life.start()
            said = _followed(process, end)
            code = process.wait()
            if life:
                life.join()
        found = [int(step) for step in re.findall(r"^train\.step step=(\d+)", said, re.MULTILINE)]
        resumed = re.search(r"^train\.resumed step=(\d+)", said, re.MULTILINE)
        yield Life(end, int(resumed[1]) if resumed else 0, found[-1] if found else 0, code, said)


def _followed(process: "subprocess.Popen[str]", end: End | None) -> str:
    """Return all that the process says, and end it when it has taken the steps of its life."""
    assert process.stdout is not None
    assert process.stderr is not None
    said, taken = [], 0
    for line in process.stdout:
        said.append(line)
        taken += line.startswith(("train.step ", "train.begin "))  # the first line counts as no step
        if (
            end
            and end.steps is not None
            and taken == end.steps + 1
            and line.startswith(("train.step ", "train.begin "))
        ):
            _end(process, end)
    return "".join(said) + process.stderr.read()


def _end(process: "subprocess.Popen[str]", end: End) -> None:
    """Send the signal when the time has come, unless the process is gone by then."""
    try:
        process.wait(end.seconds)
    except subprocess.TimeoutExpired:
        if end.group:
            os.killpg(process.pid, end.number)
        else:
            process.send_signal(end.number)
