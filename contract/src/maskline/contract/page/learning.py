"""How a model learned, as its training tells it in the lines of its log: curves, and what it took."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.artifact import open_sealed
from maskline.contract.errors import InvalidInput, NotFound, NotSealed
from maskline.contract.page import charts
from maskline.contract.page.charts import Point
from maskline.contract.page.markup import Markup, tag

LOG = "log.jsonl"
"""The log's name in a checkpoint: JSON objects, one a line, with `event` and `step`."""
VALIDATION = "validation"
ASIDE = frozenset({"event", "at", "step", "pictures", "seconds"})
"""What a validation's line tells besides its scores."""


@dataclass(frozen=True)
class Learning:
    """A training.

    series: name -> (step, value), by step.  figures: of the checkpoint's manifest.  batch: pictures per step, if known.
    """

    series: Mapping[str, Sequence[tuple[float, float]]]
    figures: Mapping[str, Any]
    batch: int | None


def read_learning(checkpoint: str) -> Learning | None:
    """Return how the checkpoint at this URI learned; None where there is none, or no log in it."""
    if not checkpoint:
        return None
    try:
        artifact = open_sealed(checkpoint, "checkpoint")
        lines = [json.loads(line) for line in artifact.read(LOG).decode().splitlines()]
    except (InvalidInput, NotFound, NotSealed):
        return None
    return Learning(series(lines), artifact.manifest.figures, artifact.manifest.config.get("batch_images"))


def series(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Return what the lines of a log tell of loss, scores of validations and learning rate: name -> (step, value)."""
    scores = dict.fromkeys(
        figure for line in lines if line.get("event") == VALIDATION for figure in line if figure not in ASIDE
    )
    shown = {"loss": ("step", "loss")}
    shown |= {f"{VALIDATION} {_worded(score)}": (VALIDATION, score) for score in scores}
    shown |= {"learning rate": ("step", "rate")}
    found = {
        name: [
            (line["step"], line[figure])
            for line in lines
            if line.get("event") == event and line.get(figure) is not None
        ]
        for name, (event, figure) in shown.items()
    }
    return {name: points for name, points in found.items() if points}


def _worded(score: str) -> str:
    """Return a score's name as people write it, e.g. mask AP50 for mask_ap50."""
    return re.sub(r"\bap(?=\d*\b)", "AP", score.replace("_", " "))


def section(told: Learning) -> Markup:
    """Show how the model learned, if its checkpoint tells."""
    if not told.series:
        return Markup()
    last = max(step for points in told.series.values() for step, _ in points)
    drawn = []
    for name, points in told.series.items():
        said, chart = course(name, points, last)
        drawn.append(tag("figure", tag("figcaption", tag("span", name), tag("span", said)), chart))
    effort = [tag("p", said) for said in (_effort(told),) if said]
    return tag("section", tag("h2", "How it learned"), *effort, tag("div", *drawn, class_="curves"))


def course(name: str, points: Sequence[Point], last: float) -> tuple[str, Markup]:
    """Say what a quantity came to and draw it over all `last` steps: scores from 0 to 1, others up to their highest."""
    highest = max(value for _, value in points) or 1.0
    ceiling = 1.0 if name.startswith(VALIDATION) and highest <= 1 else highest
    said = f"highest {highest:.2g}" if name == "learning rate" else f"at last {points[-1][1]:.3f}"
    return said, charts.learning(points, f"{name} over training steps, {said}", ceiling, last)


def _effort(told: Learning) -> str:
    """Say in a sentence what the training took, as far as it is told."""
    figures = told.figures
    memory = next((figures[name] for name in ("gpu_memory_mb", "memory_mb") if name in figures), None)
    parts = [
        (figures.get("steps"), "{:,} steps"),
        (told.batch, "{} samples each"),
        (figures.get("seconds"), "{:,.0f} s"),
        (figures.get("images_per_s"), "{:.4g} samples per second"),
        (figures.get("data_wait"), "{:.1%} of the time waiting for them"),
        (memory, "at most {:,} MB of memory" if "memory_mb" in figures else "at most {:,} MB of GPU memory"),
    ]
    said = ", ".join(text.format(value) for value, text in parts if value is not None)
    return f"{said}." if said else ""
