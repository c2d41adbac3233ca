"""Predictions of pictures that somebody brought."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.errors import AccessDenied, Changed, InvalidInput
from maskline.contract.picture import decode
from maskline.contract.store import Store
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.prediction.inference import Found
from maskline.predict.config import PredictConfig
from maskline.predict.plan import Plan, plan_pictures
from maskline.predict.sealing import seal
from maskline.predict.stage import run, work

HEIGHT, WIDTH = 40, 60
GREY = np.full((HEIGHT, WIDTH), 255, np.uint8)
GREY[10:30, 20:45] = 0
RGB = np.repeat(GREY[..., None], 3, axis=2)
RING = np.zeros((HEIGHT, WIDTH), bool)
RING[5:25, 10:40] = True
RING[10:20, 15:35] = False


def file(format: str, pixels: NDArray[Any], mode: str = "", **options: Any) -> bytes:  # noqa: A002 - Pillow's word
    image = Image.fromarray(pixels)
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, format, **options)
    return buffer.getvalue()


READABLE = {
    "grey.png": file("PNG", GREY),
    "bits.png": file("PNG", GREY, "1"),
    "grey-alpha.png": file("PNG", GREY, "LA"),
    "palette.png": file("PNG", RGB, "P"),
    "colour.png": file("PNG", RGB),
    "alpha.png": file("PNG", RGB, "RGBA"),
    "deep.png": file("PNG", GREY.astype(np.uint16) * 257),
    "colour.jpg": file("JPEG", RGB),
    "grey.jpeg": file("JPEG", GREY),
    "print.jpg": file("JPEG", RGB, "CMYK"),
    "deep.tif": file("TIFF", GREY.astype(np.uint16) * 257),
    "float.tiff": file("TIFF", GREY.astype(np.float32) / 255),
    "fax.tif": file("TIFF", GREY, "1", compression="group4"),
    "colour.bmp": file("BMP", RGB),
    "palette.bmp": file("BMP", GREY, "P"),
    "colour.webp": file("WEBP", RGB),
    "alpha.webp": file("WEBP", RGB, "RGBA", lossless=True),
    "no-suffix": file("PNG", GREY),
    "old.jfif": file("JPEG", GREY),
    "still.gif": file("GIF", GREY),
    "scan.jp2": file("JPEG2000", GREY),
    "dim.png": file("PNG", GREY.astype(np.uint16) * 16),
    "wrong-suffix.jpg": file("PNG", GREY),
    "sub/folder with blank/ünï.png": file("PNG", GREY),
}
UNREADABLE = {
    "empty.png": (b"", "0 bytes"),
    "notes.txt": (b"these are no pixels", "no picture of a known format"),
    "cut.png": (READABLE["colour.png"][:80], "damaged"),
    "cut.jpg": (READABLE["colour.jpg"][:-300], "damaged"),
    "huge.png": (
        file("PNG", np.zeros((10_000, 10_001), bool)),
        "100,010,000 pixels, more than the 100,000,000 allowed",
    ),
}


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def index(predictions: Artifact) -> dict[str, dict[str, Any]]:
    names = sorted(name for name in predictions.manifest.files if name.startswith("images/"))
    return {image["file_name"]: image for name in names for image in json.loads(predictions.read(name))}


def test_every_format_and_mode_is_read_and_the_unreadable_are_listed(
    folder: Path, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    put(folder, READABLE | {name: data for name, (data, _) in UNREADABLE.items()} | {".hidden": b"not even listed"})
    predictions = run(plan_pictures(config, checkpoint_uri, str(folder), directory_store), directory_store)
    found = index(predictions)
    assert set(found) == set(READABLE)
    assert {(image["width"], image["height"]) for image in found.values()} == {(WIDTH, HEIGHT)}
    assert sorted(image["id"] for image in found.values()) == sorted({image["id"] for image in found.values()})
    listed = {fault["file_name"]: fault["reason"] for fault in predictions.manifest.figures["unreadable"]}
    assert set(listed) == set(UNREADABLE)
    for name, (_, reason) in UNREADABLE.items():
        assert reason in listed[name]
    assert predictions.manifest.figures["images"] == len(READABLE)


def test_files_that_cannot_even_be_opened_are_listed_and_the_others_go_on(
    folder: Path,
    config: PredictConfig,
    checkpoint_uri: str,
    directory_store: DirectoryStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(folder, {"a.png": READABLE["grey.png"], "closed.png": READABLE["grey.png"]})
    (folder / os.fsdecode(b"gr\xfcn.png")).write_bytes(READABLE["grey.png"])
    read = DirectoryStore.read

    def guarded(store: DirectoryStore, path: str) -> bytes:  # root may read everything
        if path == "closed.png":
            raise AccessDenied("closed.png may not be read")
        return read(store, path)

    monkeypatch.setattr(DirectoryStore, "read", guarded)
    predictions = run(plan_pictures(config, checkpoint_uri, str(folder), directory_store), directory_store)
    assert set(index(predictions)) == {"a.png"}
    assert predictions.manifest.figures["unreadable"] == [
        {"file_name": "closed.png", "reason": "closed.png may not be read"},
        {"file_name": "gr\\xfcn.png", "reason": "its name is not UTF-8"},
    ]


def test_pages_frames_and_limits_are_told_where_the_predictions_are(
    folder: Path,
    config: PredictConfig,
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
    config: PredictConfig,
    checkpoint_uri: str,
    directory_store: DirectoryStore,
) -> None:
    put(folder, {"a.png": READABLE["grey.png"]})
    plan = plan_pictures(config, checkpoint_uri, str(folder), directory_store)

    class Overtaken(DirectoryStore):
        def read(self, path: str) -> bytes:
            if path.startswith("work/"):
                run(plan, directory_store)
            return super().read(path)

    assert finish(plan, Overtaken(directory_store.root)).manifest == run(plan, directory_store).manifest


def test_equal_pictures_in_any_file_give_equal_instances(
    folder: Path, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    lossless = (
        "grey.png",
        "palette.png",
        "colour.png",
        "alpha.png",
        "deep.png",
        "deep.tif",
        "dim.png",
        "float.tiff",
        "colour.bmp",
    )
    put(folder, {name: READABLE[name] for name in lossless})
    predictions = run(
        plan_pictures(config.model_copy(update={"batch_size": 1}), checkpoint_uri, str(folder), directory_store),
        directory_store,
    )
    results = json.loads(predictions.read("shards/00000.json"))
    per_picture = [
        [
            {key: value for key, value in result.items() if key != "image_id"}
            for result in results
            if result["image_id"] == i
        ]
        for i in range(1, len(lossless) + 1)
    ]
    assert per_picture[0]
    assert all(picture == per_picture[0] for picture in per_picture)


def test_sizes_far_from_the_networks_come_back_as_they_were(
    folder: Path, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    sizes = {"dot.png": (1, 1), "line.png": (3, 2000), "poster.png": (700, 500)}
    put(folder, {name: file("PNG", np.zeros(size, np.uint8)) for name, size in sizes.items()})
    predictions = run(plan_pictures(config, checkpoint_uri, str(folder), directory_store), directory_store)
    found = index(predictions)
    assert {name: (image["height"], image["width"]) for name, image in found.items()} == sizes
    by_id = {image["id"]: [image["height"], image["width"]] for image in found.values()}
    for result in json.loads(predictions.read("shards/00000.json")):
        assert result["segmentation"]["size"] == by_id[result["image_id"]]


def test_overlays_leave_holes_and_background_as_they_are(
    folder: Path,
    config: PredictConfig,
    checkpoint_uri: str,
    directory_store: DirectoryStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sure = {"category_id": 3, "score": 0.9, "bbox": [10, 5, 30, 20], "segmentation": rle.encode(RING)}
    unsure = sure | {"score": 0.2, "segmentation": rle.encode(~RING)}
    found = Found([sure, unsure], limited=False)
    monkeypatch.setattr("maskline.predict.work.find", lambda *given: [found for _ in given[1]])
    put(folder, {"a.png": READABLE["grey.png"], "b.jpg": READABLE["colour.jpg"], "c.png": READABLE["grey.png"]})
    told = config.model_copy(update={"overlays": 2, "overlay_threshold": 0.5})
    predictions = run(plan_pictures(told, checkpoint_uri, str(folder), directory_store), directory_store)
    overlays = [name for name in predictions.manifest.files if name.startswith("overlays/")]
    assert sorted(overlays) == ["overlays/a.png.png", "overlays/b.jpg.png"]
    painted = decode(predictions.read("overlays/a.png.png"), 10_000)
    assert (painted[~RING] == RGB[~RING]).all()
    assert (painted[RING] != RGB[RING]).any(axis=1).all()


def test_no_picture_among_the_files_is_one_error(
    folder: Path, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    put(folder, {"a.png": b"", "b.txt": b"hello"})
    plan = plan_pictures(config, checkpoint_uri, str(folder), directory_store)
    with pytest.raises(InvalidInput, match=r"not one of the 2 files can be read as a picture; a\.png: .*0 bytes"):
        run(plan, directory_store)
    assert not directory_store.exists(f"predictions/{plan.name}-{plan.id}/manifest.json")


@pytest.mark.parametrize("place", ["", "nowhere", "a.png"])
def test_no_files_are_one_error(
    folder: Path, place: str, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    if place == "a.png":
        put(folder, {place: READABLE["grey.png"]})
    with pytest.raises(InvalidInput, match=r"images = .*: there are no files; it must be a folder or"):
        plan_pictures(config, checkpoint_uri, str(folder / place), directory_store)


def test_a_picture_that_changes_after_it_was_listed_is_refused(
    folder: Path, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    put(folder, {"a.png": READABLE["grey.png"]})
    plan = plan_pictures(config, checkpoint_uri, str(folder), directory_store)
    put(folder, {"a.png": READABLE["bits.png"]})
    with pytest.raises(Changed, match=r"pictures/a\.png was changed"):
        work(plan, "0-1", directory_store)


def test_content_counts_and_not_the_place(
    folder: Path, tmp_path: Path, config: PredictConfig, checkpoint_uri: str, directory_store: DirectoryStore
) -> None:
    def name(place: Path) -> str:
        return plan_pictures(config, checkpoint_uri, str(place), directory_store).id

    copy = tmp_path / "copy"
    put(folder, {"a.png": READABLE["grey.png"]})
    put(copy, {"a.png": READABLE["grey.png"]})
    assert name(folder) == name(copy)
    put(copy, {"b.png": READABLE["grey.png"]})
    assert name(folder) != name(copy)


def test_pictures_are_cut_into_shards_that_can_lie_in_a_bucket(
    store: Store, config: PredictConfig, checkpoint_uri: str
) -> None:
    for number in range(5):
        store.write(f"inbox/{number}.png", READABLE["grey.png"])
    told = config.model_copy(update={"pictures_per_shard": 2})
    plan = plan_pictures(told, checkpoint_uri, f"{store.uri}/inbox", store)
    assert plan.shards == ("00000", "00001", "00002")
    predictions = run(plan, store)
    assert [image["id"] for image in index(predictions).values()] == [1, 2, 3, 4, 5]
