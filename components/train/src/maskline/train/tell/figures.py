"""What a training came to: figures from the lines of its journal, which outlive every interruption."""

from collections.abc import Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
PLACE = frozenset({"event", "at", "step", "of", "steps", "images", "pictures"})
DURATION = frozenset({"seconds", "waited_s", "eta_s"})
ASIDE = PLACE | DURATION
"""What says where a line stands and how long it took to get there."""
BEFORE = "last_"
"""What the name of a figure begins with that was measured before."""
PACE = frozenset({"rate", "images_per_s", "data_wait"})
MEMORY = ("gpu_memory_mb", "memory_mb")


def measured(line: Line) -> dict[str, float]:
    """Return what the line of a step or a validation measured, by name."""
    told = {name: value for name, value in line.items() if name not in ASIDE and value is not None}
    return {name: value for name, value in told.items() if not name.startswith(BEFORE)}


def summary(lines: Sequence[Line], batch_images: int) -> dict[str, Any]:
    """Return the last losses and scores, and the pace of the whole training.

    images_per_s: while steps were taken.  data_wait: share of that time in which they waited for pictures, 0..1.
    gpu_memory_mb or, without a GPU, memory_mb: the most that one process held.  seconds: of steps and validations.
    """
    steps = [line for line in lines if line["event"] == "step"]
    validations = [line for line in lines if line["event"] == "validation"]
    seconds = sum(line["seconds"] for line in steps)
    figures: dict[str, Any] = {"steps": steps[-1]["step"]}
    figures |= {name: value for name, value in measured(steps[-1]).items() if name not in PACE}
    figures |= measured(validations[-1]) if validations else {}
    figures["images_per_s"] = round(batch_images * sum(line["steps"] for line in steps) / seconds, 2)
    figures["data_wait"] = round(sum(line["waited_s"] for line in steps) / seconds, 4)
    for name in MEMORY:
        if most := [line[name] for line in steps if name in line]:
            figures[name] = max(most)
    figures["seconds"] = round(seconds + sum(line["seconds"] for line in validations), 1)
    return figures
