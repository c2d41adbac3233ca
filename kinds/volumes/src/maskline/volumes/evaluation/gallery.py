"""Volumes as the report shows them: three planes, once with what is there and once with what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.shard import Dataset
from maskline.volumes.bricks.reading import BrickedVolume, volumes_of
from maskline.volumes.evaluation.figures import f1_of
from maskline.volumes.evaluation.matching import Fate, Matched, Origin
from maskline.volumes.evaluation.reading import found_labels
from maskline.volumes.painting import PAPER, cut, grey, paint, side_by_side
from maskline.volumes.voxels import Shape

COLOURS: dict[Fate | Origin, str] = {
    "missed": "#e03131",
    "spurious": "#e03131",
    "merged": "#f08c00",
    "merger": "#f08c00",
    "split": "#ae3ec9",
    "piece": "#ae3ec9",
}
"""Outlines of what is wrong."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A volume as it is shown.  truth, found: (H, W, 3) RGB, planes side by side.  planes: those across z, y and x."""

    name: str
    caption: str
    truth: NDArray[np.uint8]
    found: NDArray[np.uint8]
    planes: Shape


def worst(volumes: Sequence[Matched], count: int) -> list[Matched]:
    """Return the volumes of the lowest F1; never flawless ones."""
    flawed = [volume for volume in volumes if f1_of(volume) < 1]
    return sorted(flawed, key=lambda volume: (f1_of(volume), volume.name))[:count]


def fixed(volumes: Sequence[Matched], count: int) -> list[Matched]:
    """Return volumes evenly spread: always the same, so that reports can be laid side by side."""
    ranked = sorted(volumes, key=lambda volume: volume.name)
    places = np.linspace(0, len(ranked) - 1, min(count, len(ranked))).round().astype(int)
    return [ranked[place] for place in places]


def exhibits(chosen: Sequence[Matched], dataset: Dataset, split: str, predictions: Artifact) -> list[Exhibit]:
    """Paint volumes; of each no more than the bricks that its planes go through is read."""
    volumes = volumes_of(dataset, split)
    return [_exhibit(one, volumes[one.name], predictions) for one in chosen]


def _exhibit(one: Matched, volume: BrickedVolume, predictions: Artifact) -> Exhibit:
    planes, image = _planes(one, volume.shape), volume.image
    shades = side_by_side([grey(plane, image["low"], image["high"]) for plane in cut(volume, planes)], PAPER)
    fates = dict(zip(one.table.truths.tolist(), one.fates(), strict=True))
    origins = dict(zip(one.table.results.tolist(), one.origins(), strict=True))
    labels = volume.member("labels")
    there = side_by_side(cut(labels, planes), 0) if labels else np.zeros_like(shades)
    found = side_by_side(cut(found_labels(volume, predictions), planes), 0)
    counts = [f"{number} {fate}" for fate in ("missed", "merged", "split") if (number := one.fates().count(fate))]
    counts += [f"{number} spurious" for number in [one.origins().count("spurious")] if number]
    return Exhibit(
        name=one.name,
        caption=f"F1 {f1_of(one):.3f}; {', '.join([f'{len(one.table.truths)} instances', *counts])}",
        truth=paint(shades, there, {number: COLOURS[fate] for number, fate in fates.items() if fate in COLOURS}),
        found=paint(shades, found, {number: COLOURS[kind] for number, kind in origins.items() if kind in COLOURS}),
        planes=planes,
    )


def _planes(one: Matched, shape: Shape) -> Shape:
    """Return the planes through the centre of the largest instance that was not found, else of the largest."""
    if not len(one.table.truths):
        z, y, x = (side // 2 for side in shape)
        return z, y, x
    lost = np.array([fate != "found" for fate in one.fates()])
    sizes = np.where(lost, one.table.truth_voxels, 0) if lost.any() else one.table.truth_voxels
    z, y, x = (int(place) for place in one.table.centres[int(sizes.argmax())])
    return z, y, x
