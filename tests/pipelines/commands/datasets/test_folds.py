"""`maskline folds`: as many datasets as there are folds, of pictures with masks."""

import json
from pathlib import Path

import numpy as np
from typer.testing import CliRunner, Result

from maskline.contract.artifact import open_sealed
from maskline.contract.picture import encode_png
from maskline.contract.shard import Dataset
from maskline.pipelines.command_line import app


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def imported(folder: Path, store: Path) -> str:
    (folder / "images").mkdir(parents=True)
    square = [[5, 5, 15, 5, 15, 15, 5, 15]]
    names = [f"{well}{field}.png" for well in "abc" for field in range(2)]
    for name in names:
        (folder / "images" / name).write_bytes(encode_png(np.full((40, 60), 200, np.uint8)))
    images = [
        {"id": number, "file_name": name, "width": 60, "height": 40, "group": name[0]}
        for number, name in enumerate(names)
    ]
    annotations = [{"id": n + 1, "image_id": n, "category_id": 1, "segmentation": square} for n in range(6)]
    coco = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "cell"}]}
    (folder / "instances.json").write_text(json.dumps(coco))
    words = ("--split", "train", "--name", "cells", "--domain", "cells", "--categories", "own", "--store", store)
    return maskline("import", folder, *words).stdout.splitlines()[-1]


def test_each_fold_is_a_dataset_that_holds_one_group_out(tmp_path: Path) -> None:
    uri = imported(tmp_path / "theirs", tmp_path / "store")
    done = maskline("folds", uri, "--folds", "3", "--store", tmp_path / "store")
    assert done.exit_code == 0
    held_out = []
    for line in done.stdout.splitlines()[-3:]:
        dataset = Dataset(open_sealed(line, "dataset"))
        groups = {split: {image["group"] for image in dataset.truth(split)["images"]} for split in dataset.splits}
        assert groups["train"] | groups["val"] == {"a", "b", "c"}
        held_out += sorted(groups["val"])
    assert sorted(held_out) == ["a", "b", "c"]


def test_a_fold_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = maskline("folds", "file:///nowhere", "--folds", "3", "--fold", "3", "--store", tmp_path / "store")
    assert done.exit_code != 0
    assert done.stderr.strip().splitlines()[-1].startswith("error: folds: fold = 3 must be below folds = 3")


def test_less_than_two_folds_are_refused_and_not_passed_over(tmp_path: Path) -> None:
    done = maskline("folds", "file:///nowhere", "--folds", "0", "--store", tmp_path / "store")
    assert done.exit_code != 0
    assert "'--folds'" in done.stderr
    assert "greater than or equal to 2" in done.stderr
