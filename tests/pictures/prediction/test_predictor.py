"""What the predict stage is told of pictures: instances, overlays, remarks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.kind.prediction import Found, Unreadable
from maskline.contract.picture import decode, encode_png
from maskline.contract.shard import Sample
from maskline.contract.store import open_store
from maskline.pictures.prediction import inference
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.entry import prediction

HEIGHT, WIDTH = 40, 60
GREY = np.full((HEIGHT, WIDTH), 255, np.uint8)
GREY[10:30, 20:45] = 0
RING = np.zeros((HEIGHT, WIDTH), bool)
RING[5:25, 10:40] = True
RING[10:20, 15:35] = False


def put(folder: Path, files: dict[str, NDArray[np.uint8]]) -> None:
    for name, pixels in files.items():
        (folder / name).write_bytes(encode_png(pixels))


def predicted(folder: Path, checkpoint: Artifact, config: PicturePrediction) -> Iterator[Found | Unreadable]:
    """Predict the pictures in a folder as the stage does."""
    listed = prediction.listed(str(folder))
    return prediction.predictor(checkpoint, config).of_listed(listed, open_store(str(folder)))


def found(folder: Path, checkpoint: Artifact, config: PicturePrediction) -> dict[str, Found]:
    """Return what is in the pictures that can be read, by name."""
    every = predicted(folder, checkpoint, config)
    return {each.record["file_name"]: each for each in every if isinstance(each, Found)}


def test_grey_and_coloured_files_of_one_picture_have_equal_instances(
    folder: Path, config: PicturePrediction, checkpoint: Artifact
) -> None:
    put(folder, {"grey.png": GREY, "colour.png": np.repeat(GREY[..., None], 3, axis=2)})
    alone = config.model_copy(update={"batch_size": 1})
    grey, colour = found(folder, checkpoint, alone).values()
    assert grey.instances
    assert grey.instances == colour.instances


def test_sizes_far_from_the_networks_come_back_as_they_were(
    folder: Path, config: PicturePrediction, checkpoint: Artifact
) -> None:
    sizes = {"dot.png": (1, 1), "line.png": (3, 2000), "poster.png": (700, 500)}
    put(folder, {name: np.zeros(size, np.uint8) for name, size in sizes.items()})
    pictures = found(folder, checkpoint, config)
    assert {name: (each.record["height"], each.record["width"]) for name, each in pictures.items()} == sizes
    for name, each in pictures.items():
        assert all(instance["segmentation"]["size"] == list(sizes[name]) for instance in each.instances)


def test_what_cannot_be_read_is_told_in_its_place_and_limits_where_they_are_met(
    folder: Path, config: PicturePrediction, checkpoint: Artifact
) -> None:
    put(folder, {"a.png": GREY, "c.png": GREY})
    (folder / "b.png").write_bytes(b"")
    first, second, third = predicted(folder, checkpoint, config)
    assert isinstance(first, Found)
    assert isinstance(third, Found)
    assert first.record == {"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}
    assert second == Unreadable("b.png", "the file is empty (0 bytes)")
    assert first.limited
    assert first.remarks == ("5 instances were kept, as max_detections says: there may be more",)


def test_a_datasets_pictures_are_not_painted_and_one_that_is_damaged_is_told(
    config: PicturePrediction, checkpoint: Artifact
) -> None:
    image = {"id": 7, "file_name": "7.png", "width": WIDTH, "height": HEIGHT, "group": "g"}
    samples = [Sample("7", {"png": data}, image, []) for data in (encode_png(GREY), b"")]
    whole, damaged = prediction.predictor(checkpoint, config).of_samples(samples)
    assert isinstance(whole, Found)
    assert (whole.record["id"], whole.files) == (7, {})
    assert damaged == Unreadable("7.png", "the file is empty (0 bytes)")


def test_overlays_leave_holes_and_background_as_they_are(
    folder: Path, config: PicturePrediction, checkpoint: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure = {"category_id": 3, "score": 0.9, "bbox": [10, 5, 30, 20], "segmentation": rle.encode(RING)}
    unsure = sure | {"score": 0.2, "segmentation": rle.encode(~RING)}
    both = inference.Found([sure, unsure], limited=False)
    monkeypatch.setattr("maskline.pictures.prediction.predictor.finder", lambda *_: lambda each: [both for _ in each])
    put(folder, {"a.png": GREY, "b.png": GREY, "c.png": GREY})
    told = config.model_copy(update={"overlays": 2, "overlay_threshold": 0.5})
    first, second, third = found(folder, checkpoint, told).values()
    assert [list(each.files) for each in (first, second, third)] == [["overlays/a.png.png"], ["overlays/b.png.png"], []]
    painted, paper = decode(first.files["overlays/a.png.png"], 10_000), np.repeat(GREY[..., None], 3, axis=2)
    assert (painted[~RING] == paper[~RING]).all()
    assert (painted[RING] != paper[RING]).any(axis=1).all()
