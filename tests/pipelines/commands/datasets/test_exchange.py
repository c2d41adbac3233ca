"""`maskline import` and `maskline export`: from a folder to a store and back, and what is said of bad input."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from maskline.contract.artifact import open_sealed
from maskline.contract.picture import encode_png
from maskline.pipelines.command_line import app

SQUARE = [[5, 5, 15, 5, 15, 15, 5, 15]]


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    (folder / "images").mkdir(parents=True)
    (folder / "images/a.png").write_bytes(encode_png(np.full((40, 60), 200, np.uint8)))
    coco: dict[str, Any] = {
        "images": [{"id": 1, "file_name": "a.png", "width": 60, "height": 40}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": SQUARE, "area": 120}],
        "categories": [{"id": 1, "name": "cell"}],
    }
    (folder / "instances.json").write_text(json.dumps(coco))
    return folder


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_folder_comes_in_and_goes_out(theirs: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    words = ["--name", "cells", "--domain", "cells", "--categories", "own", "--store", str(store)]
    first = maskline("import", theirs, "--split", "val", *words)
    assert first.exit_code == 0
    assert first.stderr == f"note: {theirs}/instances.json: annotation 1 of image 1: area = 120, its mask's is 100\n"
    uri = first.stdout.splitlines()[-1]
    assert open_sealed(uri, "dataset").manifest.figures["splits"]["val"]["instances"] == {"cell": 1}

    out = tmp_path / "out"
    assert maskline("export", uri, out, "--masks", "polygons", "--store", store).exit_code == 0
    (annotation,) = json.loads((out / "annotations/instances_val.json").read_text())["annotations"]
    assert sorted(annotation["segmentation"][0]) == sorted(SQUARE[0])
    assert (out / "val/a.png").read_bytes() == (theirs / "images/a.png").read_bytes()

    again = maskline("import", out, *words)
    assert (again.exit_code, again.stderr) == (0, "")


def test_options_of_the_kinds_export_are_set_by_name_and_unknown_ones_are_told_with_those_there_are(
    theirs: Path, tmp_path: Path
) -> None:
    words = ["--split", "val", "--name", "cells", "--domain", "cells", "--categories", "own"]
    uri = maskline("import", theirs, *words, "--store", tmp_path / "store").stdout.splitlines()[-1]
    export = ("export", uri, tmp_path / "out", "--store", tmp_path / "store")

    unknown = maskline(*export, "--layout", "yolo")
    told = "error: --layout yolo: records of kind 'coco/1' have no such (there are: coco, seed, labels)\n"
    assert unknown.stderr == told
    assert maskline(*export, "--set", "colour=red").stderr == (
        "error: export: unknown field 'colour' (known: layout, masks, drawings, ids, rle_order)\n"
    )
    assert not (tmp_path / "out").exists()
    done = maskline(*export, "--set", "masks=polygons", "--layout", "seed")
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'out'}\n")
    assert (tmp_path / "out/labels/a.json").is_file()


def test_a_category_may_have_any_name(theirs: Path, tmp_path: Path) -> None:
    document = theirs / "instances.json"
    document.write_text(document.read_text().replace('"cell"', '"[/cell]"'))
    words = ["--name", "cells", "--domain", "cells", "--categories", "own", "--split", "val"]
    done = maskline("import", theirs, *words, "--store", tmp_path / "store")
    assert "[/cell]" in done.stdout


def test_two_tables_at_once_are_refused(theirs: Path) -> None:
    both = maskline("import", theirs, "--name", "cells", "--categories", "own", "--like", "s3://bucket/other")
    assert both.exit_code == 1
    assert both.stderr == (
        "error: --categories own makes a table, and --like s3://bucket/other names one: give one of them\n"
    )


def test_categories_may_be_those_of_an_artifact(theirs: Path, tmp_path: Path) -> None:
    words = ["--split", "val", "--store", str(tmp_path / "store")]
    own = maskline("import", theirs, "--name", "own", "--domain", "cells", "--categories", "own", *words)
    uri = own.stdout.splitlines()[-1]
    like = maskline("import", theirs, "--name", "like", "--like", uri, *words)
    tables = [open_sealed(each.stdout.splitlines()[-1], "dataset").manifest.categories for each in (own, like)]
    assert tables[0] == tables[1]


def test_all_faults_are_one_error_and_the_store_stays_empty(theirs: Path, tmp_path: Path) -> None:
    text = (theirs / "instances.json").read_text().replace('"width": 60', '"width": 50')
    (theirs / "instances.json").write_text(text.replace('"id": 1, "image_id": 1', '"id": 1, "image_id": 2'))
    told = "the picture has 60 x 40 px (its EXIF orientation applied), its labels are for 50 x 40"
    result = maskline(
        "import", theirs, "--name", "c", "--split", "val", "--categories", "own", "--store", tmp_path / "s"
    )
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "error: 2 things are wrong, so nothing was imported:",
        f"  {theirs}/instances.json: annotation 1: there is no image 2",
        f"  {theirs}/instances.json: image 1 (a.png): {told}",
    ]
    assert not (tmp_path / "s").exists()


def test_a_bad_name_is_told_of(theirs: Path) -> None:
    result = maskline("import", theirs, "--name", "Not Good")
    assert (result.exit_code, result.stderr.startswith("error: import: name = 'Not Good': ")) == (1, True)


def test_how_a_table_of_run_lengths_is_read_is_said_and_predictions_go_out_as_one(tmp_path: Path) -> None:
    folder, store = tmp_path / "contest", tmp_path / "store"
    folder.mkdir()
    (folder / "a.png").write_bytes(encode_png(np.full((3, 5), 200, np.uint8)))
    (folder / "train.csv").write_text("ImageId,EncodedPixels\na,1 2 4 1\n")
    words = ("--name", "cells", "--domain", "cells", "--categories", "own", "--store", store)
    asked = ("--layout", "kaggle", "--rle-order", "columns", "--set", "category=nucleus")
    done = maskline("import", folder, *words, *asked)
    assert done.exit_code == 0
    dataset = open_sealed(done.stdout.splitlines()[-1], "dataset")
    assert dataset.manifest.figures["splits"]["train"]["instances"] == {"nucleus": 1}
    assert maskline("import", folder, *words, "--set", "colour=red").stderr.startswith(
        "error: import: unknown field 'colour' (known: sources, name, split, "
    )

    (coco,) = (json.loads(dataset.read(name)) for name in dataset.manifest.files if name.endswith("00000.json"))
    found = coco | {"annotations": [one | {"score": 0.9} for one in coco["annotations"]]}
    (folder / "instances.json").write_text(json.dumps(found))
    out = tmp_path / "out"
    sent = maskline("export", folder, out, "--layout", "kaggle", "--rle-order", "columns")
    assert (sent.exit_code, sent.stdout) == (0, f"{out}\n")
    assert (out / "submission.csv").read_text() == "id,predicted\na,1 2 4 1\n"
