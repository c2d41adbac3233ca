"""Predictions of pictures that somebody brought."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.prediction.config import PicturePrediction
from maskline.predict.plan import Plan, plan_pictures
from maskline.predict.sealing import seal
from maskline.predict.stage import run

HEIGHT, WIDTH = 40, 60
GREY = np.full((HEIGHT, WIDTH), 255, np.uint8)
GREY[10:30, 20:45] = 0


def file(format: str, pixels: NDArray[Any], **options: Any) -> bytes:  # noqa: A002 - Pillow's word
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format, **options)
    return buffer.getvalue()


PICTURE = file("PNG", GREY)


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def index(predictions: Artifact) -> dict[str, dict[str, Any]]:
    names = sorted(name for name in predictions.manifest.files if name.startswith("images/"))
    return {image["file_name"]: image for name in names for image in json.loads(predictions.read(name))}


def test_pages_frames_and_limits_are_told_where_the_predictions_are(
    folder: Path,
    config: PicturePrediction,
    checkpoint_uri: str,
    directory_store: DirectoryStore,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inverse = Image.fromarray(255 - GREY)
    more: dict[str, Any] = {"save_all": True, "append_images": [inverse, inverse]}
    put(folder, {"a.gif": file("GIF", GREY, **more), "b.tif": file("TIFF", GREY, **more), ".DS_Store": b"x"})
    (folder / "cut.tif").write_bytes((folder / "b.tif").read_bytes()[:-1000])
    told = config.model_copy(update={"pictures_per_shard": 2, "overlays": 3})
    predictions = run(plan_pictures(told, checkpoint_uri, str(folder), directory_store), directory_store)
    found = index(predictions)
    assert {"a.gif", "b.tif", "b.tif.page-2", "b.tif.page-3"} <= set(found)
    assert len({image["id"] for image in found.values()}) == len(found)
    figures = predictions.manifest.figures
    assert [fault["file_name"].startswith("cut.tif") for fault in figures["unreadable"]] == [True]
    remarks = {(remark["file_name"], remark["remark"][:12]) for remark in figures["remarks"]["listed"]}
    assert ("a.gif", "there are mo") in remarks
    assert ("b.tif.page-2", "5 instances ") in remarks
    assert figures["limited"] == len(found)
    assert figures["remarks"]["count"] == len(found) + 1
    assert {"overlays/b.tif.png", "overlays/b.tif.page-2.png"} <= set(predictions.manifest.files)
    log = capsys.readouterr().out
    assert "images.hidden left_out=1" in log
    assert "predict.remark file_name=a.gif" in log


@pytest.mark.parametrize("finish", [run, seal])
def test_the_slower_of_two_runs_adopts_what_the_faster_sealed(
    finish: Callable[[Plan, Store], Artifact],
    folder: Path,
    config: PicturePrediction,
    checkpoint_uri: str,
    directory_store: DirectoryStore,
) -> None:
    put(folder, {"a.png": PICTURE})
    plan = plan_pictures(config, checkpoint_uri, str(folder), directory_store)

    class Overtaken(DirectoryStore):
        def read(self, path: str) -> bytes:
            if path.startswith("work/"):
                run(plan, directory_store)
            return super().read(path)

    assert finish(plan, Overtaken(directory_store.root)).manifest == run(plan, directory_store).manifest


def test_no_picture_among_the_files_is_one_error(
    folder: Path, config: PicturePrediction, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    put(folder, {"a.png": b"", "b.txt": b"hello"})
    plan = plan_pictures(config, checkpoint_uri, str(folder), directory_store)
    with pytest.raises(InvalidInput, match=r"a model of \w+, can read not one of the 2 files; a\.png: .*0 bytes"):
        run(plan, directory_store)
    assert not directory_store.exists(f"predictions/{plan.name}-{plan.id}/manifest.json")


def test_content_counts_and_not_the_place(
    folder: Path, tmp_path: Path, config: PicturePrediction, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    def name(place: Path) -> str:
        return plan_pictures(config, checkpoint_uri, str(place), directory_store).id

    copy = tmp_path / "copy"
    put(folder, {"a.png": PICTURE})
    put(copy, {"a.png": PICTURE})
    assert name(folder) == name(copy)
    put(copy, {"b.png": PICTURE})
    assert name(folder) != name(copy)


def test_pictures_are_cut_into_shards_that_can_lie_in_a_bucket(
    store: Store, config: PicturePrediction, checkpoint_uri: str
) -> None:
    for number in range(5):
        store.write(f"inbox/{number}.png", PICTURE)
    told = config.model_copy(update={"pictures_per_shard": 2})
    plan = plan_pictures(told, checkpoint_uri, f"{store.uri}/inbox", store)
    assert plan.shards == ("00000", "00001", "00002")
    predictions = run(plan, store)
    assert [image["id"] for image in index(predictions).values()] == [1, 2, 3, 4, 5]
