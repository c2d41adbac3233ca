"""Prepare the same pictures and train the same network with stock detectron2 and with Maskline: `make bench-train`.

Both sides run in one go, each in a process of its own, and take turns, so that a busy machine slows both; of each the
fastest turn counts.  On a CPU the time of all threads is compared, the clock on the wall is shown beside it; on a GPU
the clock counts.  With MINUTES both train for so long and are scored (see race.py).  OVERRIDES, a JSON object of
fields of PictureTraining, changes both sides alike.
"""

import json
import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from train.pictures import draw
from train.race import race
from train.sides import Mapped, Overrides, Side, Step

PICTURES = 16
MAPPER_TURNS = 3
WARM_UP_STEPS = {"cpu": 1, "cuda": 5}
STEPS = {"cpu": 2, "cuda": 20}
BATCH = {"cpu": 2, "cuda": 16}
MEGABYTE = 1e6


def main(device: str, overrides: Overrides) -> None:
    """Print what both sides take, and last the ratio of the training step."""
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        console.print(draw(PICTURES, folder))
        with Side("stock", folder, device, overrides) as stock, Side("ours", folder, device, overrides) as ours:
            turns = [
                (stock.mapped("polygons"), stock.mapped("rle"), ours.mapped("first"), ours.mapped("later"))
                for _ in range(MAPPER_TURNS)
            ]
            mapped = [min(taken, key=lambda turn: turn.ms) for taken in zip(*turns, strict=True)]
            for _ in range(WARM_UP_STEPS[device]):
                stock.step(), ours.step()
            steps = [(stock.step(), ours.step()) for _ in range(STEPS[device])]
            seconds = "cpu" if device == "cpu" else "wall"
            theirs, own = (min(taken, key=lambda step: getattr(step, seconds)) for taken in zip(*steps, strict=True))
            memory = stock.memory_mb(), ours.memory_mb()
    console.print(_mappers(mapped))
    told = f"{overrides['batch_images']} pictures, {device}, OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}"
    console.print(_steps((theirs, own), memory, told))
    print(f"ratio {getattr(theirs, seconds) / getattr(own, seconds):.1f}")


def _mappers(mapped: list[Mapped]) -> Table:
    """Set out the ways to prepare a picture, all beside the best of stock's."""
    table = Table(title="Preparing a picture at its own size", title_justify="left")
    for name in ("", "CPU ms", "times less", "masks MB", "times less", "with picture MB", "times less"):
        table.add_column(name, justify="right" if name else "left")
    names = ("stock, polygons", "stock, run lengths", "Maskline, first pass", "Maskline, later passes")
    stock = mapped[:2]
    best_ms, masks = min(way.ms for way in stock), stock[0].mask_bytes
    whole = masks + stock[0].picture_bytes
    for name, way in zip(names, mapped, strict=True):
        total = way.mask_bytes + way.picture_bytes
        figures = [(way.ms, best_ms / way.ms)]
        figures += [(own / MEGABYTE, theirs / own) for own, theirs in ((way.mask_bytes, masks), (total, whole))]
        table.add_row(name, *(text for value, less in figures for text in (f"{value:.2f}", f"{less:.0f}")))
    return table


def _steps(steps: tuple[Step, ...], memory: tuple[float, ...], title: str) -> Table:
    table = Table(title=f"A training step: {title}", title_justify="left")
    for name in ("", "CPU s", "wall s", "waited for data", "peak memory MB"):
        table.add_column(name, justify="right" if name else "left")
    for name, step, held in zip(("stock", "Maskline"), steps, memory, strict=True):
        waited = f"{100 * step.waited / step.wall:.1f} %"
        table.add_row(name, f"{step.cpu:.2f}", f"{step.wall:.2f}", waited, f"{held:.0f}")
    return table


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for both sides
    device, changed = os.environ.get("DEVICE", "cpu"), json.loads(os.environ.get("OVERRIDES", "{}"))
    if "MINUTES" in os.environ:
        race(device, float(os.environ["MINUTES"]), changed)
    else:
        main(device, {"batch_images": BATCH[device], **changed})
