"""Which options find most instances in what a network says of drawn tomograms: `make volumes-options CHECKPOINT=URI`.

The volumes are drawn anew, by another seed than a training's; each is predicted whole. VOLUMES=n takes so many a set.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from maskline.contract.artifact import open_sealed
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.stage import run as render
from maskline.volumes.bricks.reading import decode_labels, decode_raw
from maskline.volumes.bricks.statistics import Statistics
from maskline.volumes.instances.config import CryoSiamInstances, Instances
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.networks.weights import load_network
from maskline.volumes.prediction.windows import predicted
from maskline.volumes.scaling import scaled
from maskline.volumes.training.items import numbered_anew
from maskline.volumes.training.validation import compared, figures
from maskline.volumes.voxels import InMemory

FOLDER = Path("build/volumes-options")
SEED = 1
SETS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "demo": ("demo", {}),
    "SNR 2": ("demo", {"imaging": {"snr": [2, 2]}}),
    "denser": ("demo", {"specimen": {"occupancy": [0.25, 0.25], "touching": [0.8, 0.8]}}),
    "crowded": ("crowded", {}),
}
"""Preset and drawing options by what a set is called."""
WAYS: Mapping[str, Instances] = {
    "CryoSiam's": CryoSiamInstances(),
    "distance_type 1": CryoSiamInstances(distance_type=1),
    "distance_type 2": CryoSiamInstances(distance_type=2),
    "distance_smoothing 1": CryoSiamInstances(distance_smoothing=1),
    "distance_smoothing 1.5": CryoSiamInstances(distance_smoothing=1.5),
    "distance_smoothing 2": CryoSiamInstances(distance_smoothing=2),
    "boundary_bias 0.3": CryoSiamInstances(boundary_bias=0.3),
    "boundary_bias 0.7": CryoSiamInstances(boundary_bias=0.7),
    "no postprocessing": CryoSiamInstances(postprocessing=False),
    "the same, centers at 2": CryoSiamInstances(postprocessing=False, min_center_distance=2, max_center_distance=2),
    "the same, center_rise 1": CryoSiamInstances(postprocessing=False, center_rise=1),
    "the same, center_rise 1.5": CryoSiamInstances(postprocessing=False, center_rise=1.5),
    "boundary_bias 0.9": CryoSiamInstances(boundary_bias=0.9),
    "ours": Instances(),
    "ours, max_center_distance 3": Instances(max_center_distance=3),
    "ours, center_rise 0.75 up to 3": Instances(max_center_distance=3, center_rise=0.75),
    "ours, postprocessing": Instances(postprocessing=True),
    "ours, distance_smoothing 1": Instances(distance_smoothing=1),
}


@dataclass(frozen=True)
class Volume:
    """maps: (M, z, y, x).  labels: (z, y, x), from 1."""

    maps: NDArray[np.float32]
    labels: NDArray[np.int32]


def main(checkpoint: str, volumes: int) -> None:
    """Print AP50 and AP of every way on every set."""
    sets = {name: list(told(checkpoint, *drawn, volumes)) for name, drawn in SETS.items()}
    table = Table(title=f"AP50 / AP, {volumes} volumes each", title_justify="left")
    for column in ("", *sets):
        table.add_column(column, justify="right" if column else "left")
    for name, options in WAYS.items():
        table.add_row(name, *(scored(some, options) for some in sets.values()))
    Console(width=110).print(table)


def told(checkpoint: str, preset: str, drawing: dict[str, Any], volumes: int) -> Iterator[Volume]:
    """Yield volumes of a set with what the network says of them."""
    network = load_network(open_sealed(checkpoint, "checkpoint"))
    config = RenderConfig(
        domain="tomograms", preset=preset, samples=volumes + 1, seed=SEED, drawing=drawing, validation_share=0.5
    )
    dataset = Dataset(render(config, DirectoryStore(FOLDER), 1, lambda *_: None))
    samples: list[Sample] = [
        sample for split in ("train", "val") for shard in dataset.shards(split) for sample in dataset.samples(shard)
    ]
    for sample in samples[:volumes]:
        labels = decode_labels(sample)
        if labels is None:
            raise SystemExit(f"brick {sample.image['file_name']} is not labelled")
        statistics = Statistics(*(sample.image[name] for name in Statistics._fields))
        yield Volume(predicted(network, scaled(decode_raw(sample), statistics)), numbered_anew(labels)[1])


def scored(volumes: list[Volume], options: Instances) -> str:
    """Return AP50 and AP of all volumes together."""
    found = []
    for volume in volumes:
        foreground, distances, boundaries = (InMemory(each) for each in volume.maps[:3])
        instances = segment(Maps(foreground, distances, boundaries), options)
        found += compared(volume.labels, instances, volume.maps[0])
    scores = figures(found, sum(int(volume.labels.max()) for volume in volumes))
    return f"{scores['ap50']:.3f} / {scores['ap']:.3f}"


if __name__ == "__main__":
    uri = os.environ.get("CHECKPOINT") or sys.exit("error: CHECKPOINT=URI is missing: whose maps are compared")
    main(uri, int(os.environ.get("VOLUMES", "6")))
