"""Drawings on their way out: SVG documents and what they show in colour."""

import re
from pathlib import Path

import numpy as np
import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.picture import decode
from maskline.contract.shard import Dataset
from maskline.contract.store.directory import DirectoryStore
from maskline.render.config import RenderConfig
from maskline.render.exporting.export import export
from maskline.render.stage import run


def drawn(store: DirectoryStore, *, svg: bool) -> Artifact:
    config = RenderConfig(preset="demo", samples=4, validation_share=0.25, seed=3, drawing={"svg": svg})
    return run(config, store)


def test_svg_has_one_path_for_each_instance_and_its_picture_has_colours(
    directory_store: DirectoryStore, tmp_path: Path
) -> None:
    dataset = Dataset(drawn(directory_store, svg=True))
    export(dataset.artifact, tmp_path / "out", {"drawings": True})
    names = {category.id: category.name for category in dataset.artifact.manifest.categories.categories}
    samples = [s for split in dataset.splits for shard in dataset.shards(split) for s in dataset.samples(shard)]
    assert len(list((tmp_path / "out/drawings").iterdir())) == 2 * len(samples) == 8
    for sample in samples:
        svg = (tmp_path / f"out/drawings/{sample.stem}.svg").read_text()
        assert re.findall(r'class="([^"]*)"', svg) == [names[a["category_id"]] for a in sample.annotations]
        shown = decode((tmp_path / f"out/drawings/{sample.stem}.png").read_bytes(), 10**7)
        picture = decode(sample.members["png"], 10**7)
        assert shown.shape[:2] == picture.shape
        inks = shown.min(axis=2) < 128, picture < 128
        assert np.count_nonzero(inks[0] & inks[1]) > 0.9 * np.count_nonzero(inks[0] | inks[1])
        labelled = any(a.get("element") in ("N", "O", "S", "Cl", "F") for a in sample.annotations)
        assert (np.ptp(shown.astype(int), axis=2).max() > 60) == labelled


def test_a_dataset_without_drawings_says_so_and_leaves_nothing(directory_store: DirectoryStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"datasets/demo-[0-9a-f]{12}.* keeps no drawings: render it with .*svg"):
        export(drawn(directory_store, svg=False), tmp_path / "out", {"drawings": True})
    assert not (tmp_path / "out").exists()
