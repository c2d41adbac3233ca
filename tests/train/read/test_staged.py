"""A split on the local disk gives back what was put in, in any order, and refuses what cannot be trained on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from shapes import KIND

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt, EmptySplit
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.train.read.staged import StagedSplit, fetch

Draw = Callable[[int], Sample]


def test_samples_come_back_in_any_order(dataset: Artifact, draw: Draw, tmp_path: Path) -> None:
    assert fetch(Dataset(dataset), "train", tmp_path / "staged", KIND) == 8
    split = StagedSplit(tmp_path / "staged")
    for number in (7, 0, 3):
        assert split[number].members == draw(number).members
        assert split[number].annotations == draw(number).annotations
        assert split.image_id(number) == draw(number).image["id"]
    assert [sample.stem for sample in split] == [f"{number:06d}" for number in range(8)]


def test_a_part_can_be_asked_for(dataset: Artifact, tmp_path: Path) -> None:
    assert fetch(Dataset(dataset), "train", tmp_path / "staged", KIND, most=5) == 5
    assert len(StagedSplit(tmp_path / "staged")) == 5


def test_a_split_whose_shards_are_empty_is_named(tmp_path: Path, seal_dataset: Callable[..., Artifact]) -> None:
    empty = seal_dataset(DirectoryStore(tmp_path / "data"), {"train": [[]]})
    with pytest.raises(EmptySplit, match="'train', but no picture"):
        fetch(Dataset(empty), "train", tmp_path / "staged", KIND)


def test_one_changed_byte_in_a_shard_is_told_with_its_name(
    tmp_path: Path, draw: Draw, seal_dataset: Callable[..., Artifact]
) -> None:
    store = DirectoryStore(tmp_path / "data")
    artifact = seal_dataset(store, {"train": [[draw(0)]]})
    path = f"{artifact.manifest.prefix}/{artifact.manifest.files['shards/train-00000.tar'].key}"
    data = bytearray(store.read(path))
    data[700] ^= 1
    store.write(path, bytes(data))
    with pytest.raises(Corrupt, match=r"train-00000/\w+\.tar"):
        fetch(Dataset(artifact), "train", tmp_path / "staged", KIND)
