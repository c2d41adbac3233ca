"""The maps of all windows of a volume become its instances, with no more in memory than labels and one part at a time.

M: maps
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.categories import CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Joined, Workroom
from maskline.contract.picture import encode_png
from maskline.contract.shard import Dataset
from maskline.contract.store import Store
from maskline.volumes.bricks.encoding import encode
from maskline.volumes.bricks.reading import BrickedVolume, box_of, volumes_of
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.raw import Raw
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.instances.semantics import Labelled
from maskline.volumes.painting import PAPER, cut, grey, paint, planes_of, side_by_side
from maskline.volumes.prediction.config import VolumePrediction
from maskline.volumes.prediction.listing import Files
from maskline.volumes.prediction.measuring import kept, measured
from maskline.volumes.prediction.pieces import Whole, maps_in
from maskline.volumes.spec import VolumeSpec
from maskline.volumes.viewer.page import viewer_page
from maskline.volumes.voxels import Box, InMemory, Shape, Voxels

Record = Mapping[str, Any]


def join(
    checkpoint: Artifact,
    config: VolumePrediction,
    records: Iterable[Record],
    room: Workroom,
    source: Dataset | Store,
) -> Iterator[Joined]:
    """Yield the instances of each volume, one volume after another.

    Raises InvalidInput if semantic labels are asked for and a volume has none.
    """
    if isinstance(source, Dataset):
        volumes = volumes_of(source, config.split)
        semantics = _semantics(config, volumes)
        yield from _join(checkpoint, config, records, room, volumes.__getitem__, semantics)
        return
    require_no_semantics(config)
    with Files(source) as files:
        yield from _join(checkpoint, config, records, room, lambda name: open_volume(files.path(name)).voxels, {})


def _join(
    checkpoint: Artifact,
    config: VolumePrediction,
    records: Iterable[Record],
    room: Workroom,
    voxels_of: Callable[[str], Voxels],
    semantics: Mapping[str, Voxels],
) -> Iterator[Joined]:
    spec = VolumeSpec.of(checkpoint)
    ids = [category.id for category in spec.categories.categories]
    groups = groupby(sorted(records, key=lambda record: int(record["id"])), lambda record: record["volume"])
    for number, (name, group) in enumerate(groups):
        own = list(group)
        volume = Whole.of(own[0], config.window_voxels)
        with TemporaryDirectory(prefix="maskline-maps-") as folder:
            maps = laid_out(maps_in(volume, room), spec.maps, volume.shape, Path(folder))
            foreground = Labelled(semantics[name], config.semantic_labels) if semantics else maps[0]
            labels = segment(Maps(foreground, maps[1], maps[2]), config.instances or spec.instances)
            results = kept(labels, measured(labels, maps, ids, own), config.score_threshold)
            files = _files(labels, maps if config.keep_maps else (), own)
            if number < config.overlays:
                files = chain(_shown(voxels_of(name), labels, results, own[0], spec.categories), files)
            yield Joined(name, results, files)


def laid_out(pieces: Iterable[tuple[Box, NDArray[np.float16]]], count: int, shape: Shape, folder: Path) -> list[Raw]:
    """Write maps that come in boxes, (M, z, y, x), into a file for each of so many maps, and return these as volumes.

    A file takes 2 bytes a voxel.
    """
    paths = [folder / f"{number}.f16" for number in range(count)]
    for path in paths:
        np.memmap(path, np.float16, "w+", shape=shape)
    for box, maps in pieces:
        for path, values in zip(paths, maps, strict=True):
            # Opened for each box, so that what was written is no longer in memory.
            np.memmap(path, np.float16, "r+", shape=shape)[box.slices] = values
    return [Raw(str(path), path, 0, np.dtype("<f2"), shape) for path in paths]


def overlay(voxels: Voxels, labels: NDArray[np.int32], record: Record) -> bytes:
    """Return three planes of a volume with its instances, as a PNG.  record: of any part of it."""
    planes = planes_of(labels, labels.shape)
    shades = side_by_side([grey(plane, record["low"], record["high"]) for plane in cut(voxels, planes)], PAPER)
    return encode_png(paint(shades, side_by_side(cut(InMemory(labels), planes), 0), {}))


def require_no_semantics(config: VolumePrediction) -> None:
    """Raise InvalidInput if semantic labels are asked for of somebody's own files."""
    if config.semantic_labels:
        raise InvalidInput(f"semantic_labels = {list(config.semantic_labels)}: files of your own have none")


def _semantics(config: VolumePrediction, volumes: Mapping[str, BrickedVolume]) -> dict[str, Voxels]:
    """Return the semantic labels of each volume, where they are asked for."""
    found: dict[str, Voxels] = {}
    for name, volume in volumes.items() if config.semantic_labels else ():
        member = volume.member("semantic")
        if member is None:
            raise InvalidInput(f"semantic_labels = {list(config.semantic_labels)}: {name} has no semantic labels")
        found[name] = member
    return found


def _shown(
    voxels: Voxels,
    labels: NDArray[np.int32],
    results: Sequence[Record],
    record: Record,
    categories: CategoryTable,
) -> Iterator[tuple[str, bytes]]:
    """Yield three planes of a volume with its instances, as a PNG, and the page in which planes move."""
    name = record["volume"]
    yield f"overlays/{name}.png", overlay(voxels, labels, record)
    page = viewer_page(name, voxels, InMemory(labels), results, categories, record["voxel_size_a"])
    yield f"overlays/{name}.html", page.encode()


def _files(labels: NDArray[np.int32], maps: Sequence[Voxels], records: Sequence[Record]) -> Iterator[tuple[str, bytes]]:
    for record in records:
        box, stem = box_of(record), record["file_name"].rpartition(".")[0]
        yield f"labels/{stem}.labels", encode(labels[box.slices].astype(np.uint32))
        if maps:
            yield f"maps/{stem}.maps", encode(np.stack([each.read(box) for each in maps]))
