"""Volumes in; labels, centres, three planes and one document out.  Importing it loads torch."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.config import canonical_json
from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.contract.kind.prediction import DOCUMENT, Segmented, Unreadable
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.partial import whole_or_none
from maskline.volumes.formats.particles.files import write_particles
from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.writing import write_volume
from maskline.volumes.instances.segmentation import Maps, segment
from maskline.volumes.prediction.config import VolumePrediction
from maskline.volumes.prediction.direct.mapping import Mapped, Model, forget
from maskline.volumes.prediction.direct.places import Place
from maskline.volumes.prediction.direct.regions import regions_of
from maskline.volumes.prediction.joining import overlay, require_no_semantics
from maskline.volumes.prediction.measuring import kept, measured
from maskline.volumes.prediction.network import load
from maskline.volumes.voxels import InMemory

Result = dict[str, Any]
MOST_OF_MRC = np.iinfo(np.uint16).max


def segment_files(
    places: Sequence[Place], checkpoint: Artifact, config: VolumePrediction, output: Path
) -> Iterator[Segmented | Unreadable]:
    """Predict the volumes one after another, write what was found in each, and tell of each as it is done.

    `output` then holds of each volume <stem>_instances with the suffix that `config.labels` says, a list of centres
    <stem>_instances.star or .csv, and <stem>.png, three planes; then DOCUMENT, unless none could be read: all volumes
    in their order, and all results.  Stopped, the same call goes on with the next window: all are kept until then, in
    hidden folders, and those of volumes that nothing could be written of beyond.
    Raises InvalidInput if semantic labels are asked for.
    """
    require_no_semantics(config)
    model = Model(checkpoint, config.window_voxels, lambda one: load(one, config))
    images: list[Result] = []
    annotations: list[Result] = []
    done: list[Place] = []
    for place in places:
        started = time.monotonic()
        try:
            image, found, told = _segmented(place, len(images) + 1, model, config, output)
        except (Corrupt, InvalidInput, NotFound) as fault:
            yield Unreadable(place.name, str(fault))
            continue
        done.append(place)
        images.append(image)
        annotations += [{"id": len(annotations) + number, **one} for number, one in enumerate(found, 1)]
        counts = Counter[int](one["category_id"] for one in found)
        yield Segmented(place.name, counts, time.monotonic() - started, told)
    if images:
        info = {"checkpoint": checkpoint.uri, "score_threshold": config.score_threshold}
        info |= {"instances": (config.instances or model.spec.instances).model_dump(mode="json")}
        content = {"info": info, "images": images, "annotations": annotations}
        _write(output / DOCUMENT, canonical_json(content | {"categories": checkpoint.manifest.categories.coco()}))
    for place in done:
        forget(place.stem, output)


def _segmented(
    place: Place, number: int, model: Model, config: VolumePrediction, output: Path
) -> tuple[Result, list[Result], list[str]]:
    """Write what is in a volume; return its record, the results, and what a person should know."""
    opened = open_volume(place.path)
    volume = Mapped(place.stem, opened.voxels, None, model)
    shape = list(opened.voxels.shape)
    record = {"id": number, "file_name": place.name, "volume": place.name, "volume_shape": shape, "shape": shape}
    record |= {"start": [0, 0, 0], "voxel_size_a": opened.voxel_size_a, "origin_a": opened.origin_a}
    record |= volume.statistics._asdict()
    ids = [category.id for category in model.checkpoint.manifest.categories.categories]
    with volume.maps(output) as maps:
        labels = segment(Maps(maps[0], maps[1], maps[2]), config.instances or model.spec.instances)
        results = kept(labels, measured(labels, maps, ids, [record]), config.score_threshold)
        beside = output / f"{place.stem}_instances.{config.labels}"
        told = [*opened.remarks, *write_volume(beside, _labels(labels, opened, config), "instances")]
        write_particles(beside.with_suffix(f".{config.particles}"), _particles(labels, results, opened, place))
        _write(output / f"{place.stem}.png", overlay(opened.voxels, labels, record))
    return record, results, told


def _labels(labels: NDArray[np.int32], opened: Opened, config: VolumePrediction) -> Opened:
    """Return labels as they are written.  Raises InvalidInput where there are more than .mrc has numbers for."""
    if config.labels != "mrc":
        return Opened(InMemory(labels.view(np.uint32)), opened.voxel_size_a, opened.origin_a)
    if (most := int(labels.max(initial=0))) > MOST_OF_MRC:
        raise InvalidInput(
            f"there are {most:,} instances, and .mrc has no mode for more than {MOST_OF_MRC:,}: say --set labels=h5, "
            "zarr, tif or npy; what was computed is kept"
        )
    return Opened(InMemory(labels.astype(np.uint16)), opened.voxel_size_a, opened.origin_a)


def _particles(labels: NDArray[np.int32], results: Sequence[Result], opened: Opened, place: Place) -> Particles:
    sizes = set(opened.voxel_size_a or ())
    return Particles(
        regions_of(labels).centroids,
        np.array([one["category_id"] for one in results], np.int64),
        np.array([one["score"] for one in results], np.float64),
        [place.stem] * len(results),
        sizes.pop() if len(sizes) == 1 else None,
    )


def _write(path: Path, data: bytes) -> None:
    with whole_or_none(path) as partial:
        partial.write_bytes(data)
