"""`maskline run` of sealed work on this machine: today's build beside the earlier one.

Each makes one small run first, through every stage; then both take turns at the same command, with everything sealed,
and of each the fastest turn counts.  The store's server is started and stopped in every turn, as for anybody.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster.earlier import install
from rich.table import Table

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build/bench-cluster"
TURNS = 3
SMALL = ("train_preset=demo", 'overrides={"train": {"validation_images": 4}}')


@dataclass(frozen=True)
class Build:
    """One side: where its environment is, and what its parameters are called."""

    root: Path
    runs: Path
    parameters: Sequence[str]

    def command(self) -> list[str | Path]:
        """Return the command line of the run."""
        given = [word for parameter in self.parameters for word in ("-p", parameter)]
        return [self.root / ".venv/bin/maskline", "run", "train-and-evaluate", "--folder", self.runs, *given]


EARLIER = Build(FOLDER / "earlier", FOLDER / "runs/before", (*SMALL, "preset=demo", "samples=24", "steps=2"))
TODAY = Build(ROOT, FOLDER / "runs/now", (*SMALL, "draw_preset=demo", "draw_samples=24", "train_steps=2"))


@dataclass(frozen=True, order=True)
class Turn:
    """What a command took, in seconds.  cpu: of all its processes."""

    elapsed: float
    cpu: float


def laptop() -> Table:
    """Measure both sides, or today's alone where the earlier one cannot be had, and set them out."""
    missing = install(ROOT, EARLIER.root)
    builds = {"now": TODAY} if missing else {"before": EARLIER, "now": TODAY}
    for build in builds.values():
        _turn(build)  # what it makes is what the turns find sealed
    turns = [{side: _turn(build) for side, build in builds.items()} for _ in range(TURNS)]
    table = Table(title="maskline run on this machine, everything sealed", title_justify="left")
    for name in ("", "takes s", "CPU s"):
        table.add_column(name, justify="right" if name else "left")
    for side in builds:
        best = min(turn[side] for turn in turns)
        table.add_row(side, f"{best.elapsed:.1f}", f"{best.cpu:.1f}")
    if missing:
        table.caption = f"before is left out: {missing}"
    return table


def _turn(build: Build) -> Turn:
    """Run once.  Raises CalledProcessError, after what the run said, if it fails."""
    started, before = time.perf_counter(), _children()
    # A folder and a path of its own: neither build may find the other's modules or tools.
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    environment["PATH"] = f"{build.root}/.venv/bin:{environment['PATH']}"
    ended = subprocess.run(build.command(), cwd=build.root, env=environment, capture_output=True, check=False)
    if ended.returncode:
        sys.stderr.buffer.write(ended.stdout + ended.stderr)
        ended.check_returncode()
    return Turn(time.perf_counter() - started, _children() - before)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
