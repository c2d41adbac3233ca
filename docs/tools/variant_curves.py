"""Train one small batch by heart in every precision and layout, print how each ends, and draw the losses' courses.

usage: variant_curves.py DATASET     URI of a sealed dataset, of which the first two pictures are taken

It takes four minutes of one CPU core; compiling and float16 most of them.
"""

import sys
from itertools import islice
from pathlib import Path
from typing import Any, cast

import torch

from learning_curves import CAPTION, GAP, sheet
from maskline.contract.artifact import open_sealed
from maskline.contract.kind.training import training_of
from maskline.contract.page import charts
from maskline.contract.page.markup import Markup, tag
from maskline.contract.shard import Dataset
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.items import training_image
from maskline.train.config import configure
from maskline.train.job import Job
from maskline.train.learn.trainer import Trainer
from maskline.train.processes.group import ProcessGroup

PICTURE = Path(__file__).parents[1] / "images" / "training" / "variants.svg"
SHORT: dict[str, Any] = {
    "batch_images": 2,
    "processes": 1,
    "learning_rate": 0.0005,
    "learning_rate_images": 2,
    "warmup": 0.5,
}
VARIANTS: dict[str, dict[str, Any]] = {
    "float32": {"precision": "float32", "channels_last": False},
    "float32, channels last": {"precision": "float32"},
    "bfloat16": {"precision": "bfloat16", "channels_last": False},
    "bfloat16, channels last": {"precision": "bfloat16"},
    "the same, compiled": {"precision": "bfloat16", "compile": True},
    "float16 with a scaler": {"precision": "float16"},
}
STEPS, SETTLED = 40, 10
COLUMNS = 3


def losses(variant: str, dataset: Dataset) -> list[float]:
    """Return the loss of each step."""
    record = dataset.artifact.manifest.of
    kind = training_of(record)
    config = configure(kind, "demo", 60, 0, SHORT | VARIANTS[variant])
    table = dataset.artifact.manifest.categories
    job = Job.model_construct(
        record=record, config=config, categories=table, folder=Path("nowhere"), starting_weights=""
    )
    trainer = Trainer(job, ProcessGroup(0, 1, 1, torch.device("cpu")))
    samples = (sample for shard in dataset.shards("train") for sample in dataset.samples(shard))
    spec = cast("ModelSpec", trainer.spec)
    batch = [training_image(sample, spec).item() for sample in islice(samples, 2)]
    return [torch.stack(list(trainer.descend(batch).values())).sum().item() for _ in range(STEPS)]


def drawn(courses: dict[str, list[float]]) -> Markup:
    """Return one SVG with a chart for every variant, all on the same axes."""
    ceiling = max(max(course) for course in courses.values())
    parts = []
    for group, (name, course) in enumerate(courses.items()):
        row, column = divmod(group, COLUMNS)
        left, top = column * (charts.WIDTH + GAP), row * (charts.HEIGHT + CAPTION + GAP)
        chart = charts.learning(list(enumerate(course, 1)), name, ceiling, STEPS)
        parts += [
            tag("text", name, x=left, y=top + CAPTION - 8, class_="name"),
            tag("svg", chart, x=left, y=top + CAPTION, width=charts.WIDTH, height=charts.HEIGHT),
        ]
    return sheet(parts, COLUMNS * (charts.WIDTH + GAP) - GAP, top + CAPTION + charts.HEIGHT)


def main() -> None:
    """Train, print and draw."""
    (uri,) = sys.argv[1:]
    dataset = Dataset(open_sealed(uri, "dataset"))
    courses = {}
    for variant in VARIANTS:
        courses[variant] = losses(variant, dataset)
        print(f"{variant}: {sum(courses[variant][-SETTLED:]) / SETTLED:.3f} in the mean of the last {SETTLED} steps")  # noqa: T201
    PICTURE.write_text(drawn(courses) + "\n", "utf-8")


if __name__ == "__main__":
    main()
