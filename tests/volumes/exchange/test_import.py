"""Files of volumes become a dataset, or one list of what is wrong with them and nothing else."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Changed, InvalidInput, NotFound
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.volumes.bricks import grid
from maskline.volumes.bricks.reading import decode_labels, decode_mask, volumes_of
from maskline.volumes.exchange.config import VolumeImport
from maskline.volumes.exchange.importing.finding import find
from maskline.volumes.exchange.importing.stock import VolumeStock
from maskline.volumes.voxels import whole
from tests.volumes.exchange.conftest import Import, Theirs, table

RAW = np.arange(4 * 5 * 6, dtype=np.int16).reshape(4, 5, 6)
LABELS = np.zeros((4, 5, 6), np.uint8)
LABELS[0, 0, 0], LABELS[1:3, 2, 3], LABELS[3, 4, 5] = 1, 2, 3


def samples(artifact: Artifact) -> dict[str, list[Sample]]:
    dataset = Dataset(artifact)
    return {
        split: [sample for shard in dataset.shards(split) for sample in dataset.samples(shard)]
        for split in dataset.splits
    }


def test_files_that_are_called_alike_are_one_volume(theirs: Theirs, imported: Import) -> None:
    theirs.write("train/raw/a.npy", RAW)
    theirs.write("train/labels/a.npy", LABELS)
    theirs.write("train/masks/a.npy", RAW > 50)
    theirs.write("val/b.npy", RAW + 1)
    theirs.write("val/b_instances.npy", LABELS * 2.0)

    artifact = imported()

    volumes = {split: volumes_of(Dataset(artifact), split) for split in ("train", "val")}
    first, second = volumes["train"]["train/a"], volumes["val"]["val/b"]
    box = whole((4, 5, 6))
    for volume, member, values in (
        (first, "raw", RAW),
        (first, "labels", LABELS),
        (first, "mask", RAW > 50),
        (second, "raw", RAW + 1),
        (second, "labels", LABELS * 2),
    ):
        read = volume.member(member)  # type: ignore[arg-type]
        assert read is not None
        assert read.read(box).tolist() == values.astype(int).tolist()
    assert first.member("semantic") is second.member("mask") is None
    assert artifact.manifest.figures["splits"]["val"] == {"samples": 1, "crowds": 0, "instances": {"thing": 3}}


def test_a_volume_of_many_bricks_is_one_again(
    theirs: Theirs, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "BRICK", 3)
    raw = np.random.default_rng(0).normal(size=(7, 8, 9)).astype(np.float32)
    theirs.write("a.npy", raw)
    theirs.write("b.npy", raw[:2])

    artifact = imported(split="train")

    read = volumes_of(Dataset(artifact), "train")
    assert read["a"].read(whole((7, 8, 9))).tobytes() == raw.tobytes()
    assert read["b"].read(whole((2, 8, 9))).tobytes() == raw[:2].tobytes()
    found = samples(artifact)["train"]
    assert [sample.image["id"] for sample in found] == [*range(1, 1 + 27 + 9)]
    assert {len(shard["instances"]) for shard in artifact.manifest.figures["shards"].values()} == {1}
    assert len(artifact.manifest.figures["shards"]) == 5  # of 8 bricks


def test_one_hdf5_holds_several_members_of_a_volume(tmp_path: Path) -> None:
    for name, datasets in (
        ("a.h5", ("volumes/raw", "volumes/Label", "other")),
        ("b.h5", ("stack",)),
        ("b_labels.h5", ("instances", "raw")),
        ("c.h5", ("x", "y")),
        ("d_gt.h5", ("raw", "mask")),
    ):
        with h5py.File(tmp_path / name, "w") as file:
            for dataset in datasets:
                file[dataset] = RAW
    problems = list[str]()

    first, second = find([str(tmp_path)], problems, [])

    assert first.places == {
        "raw": (tmp_path / "a.h5", "volumes/raw"),
        "labels": (tmp_path / "a.h5", "volumes/Label"),
    }
    assert second.places == {"raw": (tmp_path / "b.h5", "stack"), "labels": (tmp_path / "b_labels.h5", "instances")}
    assert problems == [
        f"{tmp_path}/c.h5: it holds x, y, and none is called raw, label, mask or semantic",
        f"{tmp_path}/d_gt.h5: it holds mask, raw, and none is called labels",
    ]


def test_the_same_files_are_found_sealed_wherever_they_lie(theirs: Theirs, imported: Import, tmp_path: Path) -> None:
    theirs.write("val/b.npy", RAW)
    first = imported()

    theirs.folder.rename(tmp_path / "elsewhere")

    assert imported(tmp_path / "elsewhere").uri == first.uri
    assert imported(tmp_path / "elsewhere", split="train").uri != first.uri


def test_everything_that_is_wrong_is_told_in_one_list_and_nothing_is_imported(
    theirs: Theirs, imported: Import, store: DirectoryStore
) -> None:
    theirs.write("train/a.npy", RAW)
    theirs.write("train/a_labels.npy", LABELS[1:])
    theirs.text("train/b.npy", "none")
    theirs.write("train/c_labels.npy", LABELS)
    theirs.write("d.npy", RAW)
    theirs.write("raw/d.npy", RAW)

    with pytest.raises(InvalidInput) as raised:
        imported()

    must = "--split must, e.g. --split train, or --split val=0.2 for a fifth of the volumes"
    head, *lines = str(raised.value).replace(f"{theirs.folder}/", "").split("\n  ")
    assert head == "5 things are wrong, so nothing was imported:"
    assert lines == [
        "raw/d.npy: d.npy is the raw of volume d already",
        "train/c_labels.npy: there is no volume train/c that it is of",
        f"d.npy: no folder train, val or test says which split it is in (1 volumes): {must}",
        "train/a_labels.npy: it has (3, 5, 6) voxels along z, y, x, and train/a.npy (4, 5, 6)",
        lines[-1],
    ]
    assert lines[-1].startswith("train/b.npy holds no volume in a format that is read: ")
    assert not store.root.exists()


def test_values_that_cannot_be_are_told_of_every_volume(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", np.full((2, 2, 2), np.nan))
    theirs.write("a_labels.npy", np.full((2, 2, 2), 0.5))
    theirs.write("b.npy", RAW)
    theirs.write("b_labels.npy", LABELS.astype(np.int8) - 1)

    with pytest.raises(InvalidInput) as raised:
        imported(split="train")

    _, *lines = str(raised.value).replace(f"{theirs.folder}/", "").split("\n  ")
    assert lines == [
        "a.npy: voxel z 0, y 0, x 0 is nan: a volume's values must be finite",
        "volume a: a_labels.npy: voxel z 0, y 0, x 0 is 0.5: ids must be whole numbers",
        "volume b: b_labels.npy: voxel z 0, y 0, x 1 is -1: ids must not be negative",
    ]


def test_particles_become_balls_and_the_nearest_centre_has_what_two_of_them_cover(
    theirs: Theirs, imported: Import
) -> None:
    theirs.write("a.npy", np.zeros((9, 9, 20), np.uint8))
    theirs.text("a.csv", "x,y,z\n5,4,4\n9,4,4\n")

    with pytest.raises(InvalidInput, match=r"a\.csv: a list of particles needs their radius: --set radius_voxels=NUM"):
        imported(split="train")
    (sample,) = samples(imported(split="train", options={"radius_voxels": 3}))["train"]

    labels = decode_labels(sample)
    assert labels is not None
    assert labels[4, 4].tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, *[0] * 7]
    assert [label["instance"] for label in sample.annotations] == [1, 2]


def test_particles_outside_of_their_volume_are_refused(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", RAW)
    theirs.text("a.csv", "x,y,z\n5,4,3\n6,4,3\n")

    with pytest.raises(InvalidInput, match=r"1 of 2 particles lie outside of .* number 2, at z 3, y 4, x 6"):
        imported(split="train", options={"radius_voxels": 3})


def test_instances_are_of_the_classes_that_a_list_tells_and_ignored_ones_do_not_count(
    theirs: Theirs, imported: Import, tmp_path: Path
) -> None:
    theirs.write("a.npy", RAW)
    theirs.write("a_labels.npy", LABELS)
    theirs.text("a_classes.csv", "instance,class\n1,cup\n2,dirt\n3,can\n7,can\n")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("dirt: ignore\n")

    artifact = imported(split="train", table=table("can", "cup"), categories=str(mapping))

    (sample,) = samples(artifact)["train"]
    assert [(label["instance"], label["category_id"]) for label in sample.annotations] == [(1, 2), (3, 1)]
    labels, mask = decode_labels(sample), decode_mask(sample)
    assert labels is not None
    assert mask is not None
    assert labels.tolist() == np.where(LABELS == 2, 0, LABELS).tolist()
    assert mask.tolist() == (LABELS != 2).astype(int).tolist()
    (remark,) = artifact.manifest.figures["remarks"]["listed"]
    assert remark.endswith("a_classes.csv: 1 instances have no voxels in the volume, 7 the first")


def test_own_classes_become_the_table(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", RAW)
    theirs.write("a_labels.npy", LABELS)
    theirs.text("a_classes.csv", "instance,class\n1,cup\n2,can\n3,cup\n")
    theirs.write("b.npy", RAW)
    theirs.write("b_labels.npy", LABELS)

    artifact = imported(split="train", categories="own", table=None, domain="things")

    assert artifact.manifest.categories.names == ("cup", "can", "instance")
    assert artifact.manifest.figures["splits"]["train"]["instances"] == {"cup": 2, "can": 1, "instance": 3}


def test_faults_of_a_list_of_classes_are_told(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", RAW)
    theirs.write("a_labels.npy", LABELS)
    theirs.text("a_classes.csv", "instance,class\n0,thing\n1,\n2,thing\n2,cup\n")

    with pytest.raises(InvalidInput) as raised:
        imported(split="train")

    _, *lines = str(raised.value).replace(f"{theirs.folder}/a_classes.csv, ", "").split("\n  ")
    assert lines == [
        "line 2: instance = '0', it must be a whole number from 1 on",
        "line 3: instance 1 has no class",
        "line 5: instance 2 is a cup, and a thing above",
    ]
    theirs.text("a_classes.csv", "instance,class\n1,thing\n")
    with pytest.raises(InvalidInput, match=r"a_classes\.csv: 2 instances have no class, 2 the first"):
        imported(split="train")


def test_several_categories_ask_what_instances_are(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", RAW)
    theirs.write("a_labels.npy", LABELS)
    several = table("can", "cup")

    with pytest.raises(InvalidInput, match="things has 2 categories: --set category=NAME must, one of can, cup"):
        imported(split="train", table=several)
    artifact = imported(split="train", table=several, options={"category": "cup"})

    assert artifact.manifest.figures["splits"]["train"]["instances"] == {"can": 0, "cup": 3}


def test_a_share_of_the_volumes_is_a_split_and_no_volume_is_parted(
    theirs: Theirs, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "BRICK", 3)
    for name in "abcdefgh":
        theirs.write(f"{name}.npy", RAW)

    found = samples(imported(split="val=0.25"))

    groups = {split: {sample.image["group"] for sample in own} for split, own in found.items()}
    assert {split: len(own) for split, own in groups.items()} == {"train": 6, "val": 2}
    assert not groups["train"] & groups["val"]


def test_a_single_volume_has_no_share(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", RAW)

    with pytest.raises(InvalidInput, match=r"--split val=0\.2: there is one volume, and it is not parted"):
        imported(split="val=0.2")


def test_what_is_odd_is_remarked(theirs: Theirs, imported: Import) -> None:
    theirs.write("a.npy", RAW)
    theirs.text("notes.txt", "")

    first, second = imported(split="train").manifest.figures["remarks"]["listed"]

    assert first == f"1 files are no volumes and no lists of particles, {theirs.folder}/notes.txt the first"
    assert second == "1 volumes have no labels, a the first"


def test_files_that_somebody_writes_to_meanwhile_are_refused(theirs: Theirs) -> None:
    theirs.write("a.npy", RAW)
    config = VolumeImport(sources=(str(theirs.folder),), name="a", split="train", table=table("thing"))
    stock = VolumeStock(config)

    theirs.write("a.npy", RAW[:2])

    with pytest.raises(Changed, match=r"a\.npy is no longer what was found"):
        list(stock.samples("train", 0, 1))


def test_sources_that_are_none_are_refused(theirs: Theirs, imported: Import) -> None:
    with pytest.raises(NotFound, match="does not exist"):
        imported()
    theirs.folder.mkdir()
    with pytest.raises(InvalidInput, match="there are no volumes"):
        imported()
    with pytest.raises(InvalidInput, match="volumes are read in place"):
        imported("s3://bucket/volumes")
