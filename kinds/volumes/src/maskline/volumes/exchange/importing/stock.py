"""Volumes as an import asks for them: found, checked brick by brick, then cut, a brick in memory at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.kind.exchange import Stock, require_nothing_wrong
from maskline.contract.kind.mapping import IGNORE, Categories
from maskline.contract.shard import Sample
from maskline.volumes.bricks.cutting import Volume, sample_of
from maskline.volumes.bricks.grid import bricks_of
from maskline.volumes.bricks.statistics import Statistics, statistics_of
from maskline.volumes.exchange.config import VolumeImport
from maskline.volumes.exchange.importing.contents import Contents
from maskline.volumes.exchange.importing.finding import find
from maskline.volumes.exchange.importing.ignoring import Counting, Without
from maskline.volumes.exchange.importing.naming import named
from maskline.volumes.exchange.importing.opening import Parts, opened
from maskline.volumes.exchange.importing.splits import splits_of

UNKNOWN = Statistics(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A volume as the dataset will have it.

    first: the number of its first brick there, from 0.  ignored: instances of classes that are.
    """

    parts: Parts
    volume: Volume
    first: int
    ignored: Sequence[int]


class VolumeStock(Stock):
    """The volumes of some files."""

    def __init__(self, config: VolumeImport) -> None:
        """Find the files and open them.  Raises InvalidInput, NotFound."""
        if config.images:
            raise InvalidInput(f"--images {config.images}: volumes have no pictures beside them")
        self._problems: list[str] = []
        self._remarks: list[str] = []
        found = find(config.sources, self._problems, self._remarks)
        splits = splits_of(found, config.split, self._problems) if found else []
        volumes = [opened(one, config, self._problems, self._remarks) for one in found]
        kept = [volume for volume in volumes if volume]
        if not kept:
            require_nothing_wrong(self._problems)
        categories, usual = _named(config, kept, self._problems)
        self._contents = Contents(found)
        self._entries = _entries(list(zip(volumes, splits, strict=True)), categories, usual)
        self._statistics: dict[str, Statistics] = {}
        self.categories = categories.table
        self.inputs = {"files": self._contents.sha256}
        self.meaning = {"mapping": categories.names, "category": usual, "split": config.split}
        if any("particles" in one.places for one in found):
            self.meaning["radius_voxels"] = config.radius_voxels
        self.splits = {
            split: sum(len(bricks_of(entry.volume.raw.shape)) for entry in own) for split, own in self._entries.items()
        }

    def check(self) -> list[str]:
        """Read every volume, and tell what is wrong and what is odd."""
        problems, remarks = list(self._problems), list(self._remarks)
        entries = [entry for own in self._entries.values() for entry in own]
        if not problems:
            for entry in entries:
                self._examine(entry, problems, remarks)
        require_nothing_wrong(problems)
        if unlabelled := [entry.volume.name for entry in entries if entry.volume.labels is None]:
            remarks.append(f"{len(unlabelled)} volumes have no labels, {unlabelled[0]} the first")
        return remarks

    def samples(self, split: str, first: int, stop: int) -> Iterator[Sample]:
        """Yield bricks with their labels."""
        self._contents.require_unchanged()
        bricks = [
            (entry.volume, box, index)
            for entry in self._entries[split]
            for index, box in enumerate(bricks_of(entry.volume.raw.shape), entry.first)
        ]
        for volume, box, index in bricks[first:stop]:
            yield sample_of(volume, box, index, self._known(volume))

    def _known(self, volume: Volume) -> Statistics:
        if volume.name not in self._statistics:
            self._statistics[volume.name] = statistics_of(volume.raw)
        return self._statistics[volume.name]

    def _examine(self, entry: Entry, problems: list[str], remarks: list[str]) -> None:
        """Work the statistics out, and cut the volume once: the first fault of either is told."""
        places, instances, volume = entry.parts.found.places, set[int](), entry.volume
        try:
            self._known(volume)
        except (Corrupt, InvalidInput) as fault:
            problems.append(str(fault))
            if volume.labels is None:
                return
            volume = replace(volume, raw=volume.labels)  # what is wrong with the labels is told all the same
        try:
            for box in bricks_of(volume.raw.shape):
                sample = sample_of(volume, box, entry.first, UNKNOWN)
                instances.update(label["instance"] for label in sample.annotations)
        except (Corrupt, InvalidInput) as fault:
            problems.append(f"volume {entry.volume.name}: {fault}")
            return
        if entry.parts.classes is not None:
            where, told = places.get("classes", places.get("particles")), entry.parts.classes.keys()
            if missing := sorted(instances - told):
                problems.append(f"{where}: {len(missing)} instances have no class, {missing[0]} the first")
            if others := sorted(told - instances - set(entry.ignored)):
                remarks.append(f"{where}: {len(others)} instances have no voxels in the volume, {others[0]} the first")


def _named(config: VolumeImport, volumes: Sequence[Parts], problems: Sequence[str]) -> tuple[Categories, str]:
    """Return the categories; what is wrong with them is told with what has been wrong before."""
    try:
        return named(config, volumes)
    except InvalidInput as fault:
        require_nothing_wrong([*problems, str(fault)] if problems else ())
        raise


def _entries(found: Sequence[tuple[Parts | None, str]], categories: Categories, usual: str) -> dict[str, list[Entry]]:
    """Return the volumes of each split, splits and volumes by name, with the numbers that their bricks will have."""
    entries: dict[str, list[Entry]] = {}
    first = 0
    for parts, split in sorted(found, key=lambda one: one[1]):
        if parts and split:
            ignored = tuple(
                number for number, name in (parts.classes or {}).items() if categories.names[name] == IGNORE
            )
            volume = _volume(parts, categories, usual, ignored)
            entries.setdefault(split, []).append(Entry(parts, volume, first, ignored))
            first += len(bricks_of(volume.raw.shape))
    return entries


def _volume(parts: Parts, categories: Categories, usual: str, ignored: Sequence[int]) -> Volume:
    labels, mask = parts.labels, parts.mask
    if labels and ignored:
        numbers = np.array(ignored, np.uint32)
        labels, mask = Without(labels, numbers), Counting(mask, labels, numbers)
    classes = parts.classes or {}
    return Volume(
        parts.found.name,
        parts.raw.voxels,
        labels,
        mask,
        parts.semantic,
        parts.raw.voxel_size_a,
        parts.raw.origin_a,
        categories.ids(usual)[0] if usual else 0,
        {number: categories.ids(name)[0] for number, name in classes.items() if number not in ignored},
    )
