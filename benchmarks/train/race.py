"""Average precision after equal time: stock detectron2, the seed's recipe, our recipe: `make bench-train MINUTES=10`.

Each first shows its pace in a few steps, then begins anew with as many steps as fit into the time: rates that follow a
schedule come to its end.  All train on the same pictures and are scored on the same, by the same measure.
SAMPLES says how many pictures are drawn.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from train.sides import Overrides

from maskline.contract.artifact import Artifact
from maskline.contract.kind.training import TrainingConfig, training_of
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.stage import run as render
from maskline.train.config import configure
from maskline.train.inputs import TrainInputs
from maskline.train.stage import run as train

KIND = training_of("coco/1")
PRESETS = ("pointrend-r50", "pointrend-r50-fast")
SAMPLES = 2000
LEAST_STEPS = 10  # a schedule that falls three times needs a few
PACE_STEPS = {"cpu": 5, "cuda": 30}
Figures = Mapping[str, Any]


def race(device: str, minutes: float, overrides: Overrides) -> None:
    """Print pictures per second, steps and average precision of each."""
    table = Table(title=f"{minutes:g} minutes of training each, on {device}", title_justify="left")
    for name in ("", "steps", "pictures/s", "mask AP", "AP50", "AP75"):
        table.add_column(name, justify="right" if name else "left")
    with tempfile.TemporaryDirectory() as name:
        store = DirectoryStore(Path(name, "store"))
        samples = int(os.environ.get("SAMPLES", SAMPLES))
        dataset = render(RenderConfig(preset="seed", samples=samples), store, os.cpu_count() or 1, lambda *_: None)
        runners: dict[str, Callable[[int], Figures]] = {"stock detectron2": _stock(dataset, device, overrides)}
        runners |= {preset: _ours(preset, overrides, dataset, store) for preset in PRESETS}
        for label, runner in runners.items():
            preset = label if label in PRESETS else PRESETS[0]
            pace = runner(PACE_STEPS[device])["images_per_s"]
            steps = max(LEAST_STEPS, round(60 * minutes * pace / configure(KIND, preset, 0, 0, overrides).batch_images))
            found = runner(steps)
            scores = (f"{100 * found[score]:.1f}" for score in ("mask_ap", "mask_ap50", "mask_ap75"))
            table.add_row(label, str(steps), f"{found['images_per_s']:.1f}", *scores)
    Console(width=110).print(table)


def _config(preset: str, steps: int, overrides: Overrides) -> TrainingConfig:
    """Return the preset, scored once, after its last step."""
    return configure(KIND, preset, steps, 0, {"validation_period_steps": steps, **overrides})


def _ours(preset: str, overrides: Overrides, dataset: Artifact, store: Store) -> Callable[[int], Figures]:
    def runner(steps: int) -> Figures:
        return train(_config(preset, steps, overrides), TrainInputs(dataset.uri), store).manifest.figures

    return runner


def _stock(dataset: Artifact, device: str, overrides: Overrides) -> Callable[[int], Figures]:
    def runner(steps: int) -> Figures:
        from train.stock_race import run  # here, so that this process does without torch

        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            found: Figures = pool.submit(run, dataset.uri, _config(PRESETS[0], steps, overrides), device).result()
            return found

    return runner
