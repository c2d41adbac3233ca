"""Draw the same dataset with one worker and with two: `python benchmarks/workers [samples]`.

Whole runs of the render stage as `maskline render` starts them, from the start of the interpreter to the manifest, into
a folder.  The two take turns, and of each the fastest counts: whatever else the machine does falls on the wall clock.
How many cores were used shows how much of that there was: two workers that have a core each use nearly two.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SAMPLES = 20_000
REPEATS = 2
WORKERS = (1, 2)
PRESET = "demo"


@dataclass(frozen=True, order=True)
class Run:
    """What one run took, in seconds."""

    elapsed: float
    cpu: float


def main(samples: int) -> None:
    """Print what both take, and the ratio of the two."""
    runs: dict[int, list[Run]] = {workers: [] for workers in WORKERS}
    for _ in range(REPEATS):
        for workers in WORKERS:
            runs[workers].append(_measured(samples, workers))
    print(f"{samples:,} samples of preset {PRESET}")
    print("workers   elapsed s   user+sys s   cores used   samples/s")
    best = {workers: min(taken) for workers, taken in runs.items()}
    for workers, run in best.items():
        figures = f"{run.elapsed:9.1f}   {run.cpu:10.1f}   {run.cpu / run.elapsed:10.2f}   {samples / run.elapsed:9.0f}"
        print(f"{workers:7}   {figures}")
    most_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"most memory of one process: {most_kb / 1024:.0f} MB")
    print(f"ratio {best[1].elapsed / best[2].elapsed:.2f}")


def _measured(samples: int, workers: int) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        call = {
            "inputs": {"parameterValues": {"preset": PRESET, "samples": samples, "workers": workers, "drawing": ""}},
            "outputs": {"parameters": {"dataset_uri": {"outputFile": str(Path(folder, "uri"))}}},
        }
        command = [sys.executable, "-m", "maskline.render", "run", json.dumps(call)]
        environment: Mapping[str, str] = {**os.environ, "MASKLINE_STORE": f"file://{folder}/store"}
        started, before = time.perf_counter(), _children()
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        return Run(time.perf_counter() - started, _children() - before)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
