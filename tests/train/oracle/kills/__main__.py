"""`python -m kills [N]`: the kill table of the demo preset on real molecules: one process, a state every second."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kills.broken import Life, ends, lives
from maskline.contract.artifact import Artifact, open_sealed
from maskline.contract.config import parse
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.stage import run as draw

SEED, PERIOD_S, PICTURES = 0, 1.0, 40
STEPS = 40
TRAIN = {
    "processes": 1,
    "steps": STEPS,
    "log_period_steps": 1,
    "checkpoint_period_s": PERIOD_S,
    "validation_period_steps": 15,
    "validation_images": 2,
}


def main() -> int:
    """Print the table; return 1 if the weights differ."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory(prefix="maskline-kills-") as name:
        folder = Path(name)
        dataset = _dataset(folder)
        whole, seconds = _unbroken(folder, dataset)
        print(f"unbroken: {STEPS} steps, {seconds:.0f} s", flush=True)  # noqa: T201
        start = time.monotonic()
        planned = [*ends(count, STEPS, np.random.default_rng(SEED)), None]
        story = []
        for life in lives(_command(folder, dataset), _environment(folder / "broken"), planned):
            story.append(life)
            print(_row(story), flush=True)  # noqa: T201
        same = _sealed(folder, story[-1]).read("model.safetensors") == whole.read("model.safetensors")
        lost = sum(_again(story[: number + 1]) for number in range(len(story)))
        print(  # noqa: T201
            f"{count} kills, {time.monotonic() - start:.0f} s, {lost} steps taken twice; "
            f"model.safetensors {'is bitwise the same' if same else 'DIFFERS'}"
        )
    return not same


def _row(story: list[Life]) -> str:
    """Return the last life as a row: number, when it was ended, the step it went on from, its last, steps taken again.

    What it did not come to is a dash.
    """
    life, number = story[-1], len(story)
    if life.end is None:
        how = f"not killed, ended with code {life.code}"
    elif life.end.steps is None:
        how = f"{life.end.seconds:.2f} s after its start"
    else:
        how = f"{life.end.seconds:.2f} s after {life.end.steps} steps"
    return f"| {number} | {how} | {life.resumed_from or '-'} | {life.last or '-'} | {_again(story)} |"


def _again(story: list[Life]) -> int:
    """Return how many steps the last life took again, because no state had seen them."""
    *before, life = story
    reached = next((max(old.last, old.resumed_from) for old in reversed(before) if old.last or old.resumed_from), 0)
    return max(0, reached - life.resumed_from) if life.last else 0


def _dataset(folder: Path) -> Artifact:
    config = {"domain": "molecules", "preset": "demo", "samples": PICTURES, "seed": SEED, "validation_share": 0.1}
    return draw(parse(RenderConfig, config, "render"), DirectoryStore(folder / "data"))


def _unbroken(folder: Path, dataset: Artifact) -> tuple[Artifact, float]:
    start = time.monotonic()
    (life,) = lives(_command(folder, dataset), _environment(folder / "unbroken"), [None])
    return _sealed(folder, life), time.monotonic() - start


def _environment(store: Path) -> dict[str, str]:
    return os.environ | {"MASKLINE_STORE": DirectoryStore(store).uri}


def _sealed(folder: Path, life: Life) -> Artifact:
    if life.code:
        sys.exit(life.said)
    return open_sealed((folder / "checkpoint_uri").read_text("utf-8"), "checkpoint")


def _command(folder: Path, dataset: Artifact) -> list[str]:
    parameters = {
        "dataset_uri": dataset.uri,
        "train_preset": "demo",
        "steps": 0,
        "starting_weights": "",
        "seed": SEED,
        "overrides": json.dumps({"train": TRAIN}),
    }
    outputs = {"parameters": {"checkpoint_uri": {"outputFile": str(folder / "checkpoint_uri")}}}
    call = {"inputs": {"parameterValues": parameters}, "outputs": outputs}
    return [sys.executable, "-m", "maskline.train", "run", json.dumps(call)]


if __name__ == "__main__":
    sys.exit(main())
