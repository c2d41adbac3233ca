"""Export as one call: the bricks of each volume become files, one member of one volume after another."""

import csv
from collections.abc import Mapping
from pathlib import Path

from maskline.contract.kind.exchange import ExportConfig
from maskline.contract.shard import Dataset
from maskline.volumes.bricks.reading import BrickedVolume, Member, volumes_of
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.writing import write_volume, write_volumes

SUFFIXES = {"mrc": ".mrc", "tiff": ".tif", "zarr": ".zarr", "npy": ".npy"}
"""Of the layouts that have a file for each member."""
HDF5 = "hdf5"
MEMBERS: tuple[Member, ...] = ("raw", "labels", "mask", "semantic")


def export(dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
    """Write the volumes of a dataset into an empty folder, each piece by piece.

    Returns what the layout does not hold as it was, one line each.
    Raises InvalidInput for what it cannot hold: labels above 65,535 in .mrc.
    """
    names = {category["id"]: category["name"] for category in dataset.artifact.manifest.categories.coco()}
    lost = list[str]()
    for split in dataset.splits:
        for name, volume in volumes_of(dataset, split).items():
            stem = name.removeprefix(f"{split}/")
            members = _members(volume)
            if config.layout == HDF5:
                write_volumes(folder / split / f"{stem}.h5", members)
            else:
                for member, opened in members.items():
                    path = folder / split / member / f"{stem}{SUFFIXES[config.layout]}"
                    lost += write_volume(path, opened, member)
        if len(names) > 1:
            _write_classes(dataset, split, folder / split / "classes", names)
    return [line.replace(f"{folder}/", "") for line in lost]


def _members(volume: BrickedVolume) -> dict[str, Opened]:
    size, origin = (volume.image[name] for name in ("voxel_size_a", "origin_a"))
    placed = (tuple(size) if size else None, tuple(origin) if origin else None)
    return {name: Opened(voxels, *placed) for name in MEMBERS if (voxels := volume.member(name))}


def _write_classes(dataset: Dataset, split: str, folder: Path, names: Mapping[int, str]) -> None:
    """Write a .csv for each volume that has instances, with the class of each."""
    classes: dict[str, dict[int, str]] = {}
    for shard in dataset.shards(split):
        document = dataset.document(shard)
        volumes = {image["id"]: image["volume"] for image in document["images"]}
        for label in document["annotations"]:
            own = classes.setdefault(volumes[label["image_id"]], {})
            own[label["instance"]] = names[label["category_id"]]
    for name, own in classes.items():
        path = folder / f"{name.removeprefix(f'{split}/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("instance", "class"))
            rows.writerows(sorted(own.items()))
