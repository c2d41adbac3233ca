"""Masks for pictures of this machine: what is left of them, and told."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.coco.overlay import overlay
from maskline.contract.kind.prediction import DOCUMENT, Segmented, Unreadable
from maskline.contract.picture import decode, encode_jpeg, encode_png
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.direct.places import find
from maskline.pictures.prediction.direct.segmenting import segment_files

Drawn = Callable[[int], NDArray[np.uint8]]


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_every_page_is_a_picture_and_of_what_moves_the_first_frame(
    folder: Path, tmp_path: Path, checkpoint: Artifact, picture: Drawn, config: PicturePrediction
) -> None:
    frames = [Image.fromarray(picture(number)) for number in range(3)]
    for name in ("scan.tif", "move.gif", "move.webp", "move.png"):
        frames[0].save(folder / name, save_all=True, append_images=frames[1:], lossless=True)
    output = tmp_path / "masks"
    told = list(segment_files(find([folder], output).places, checkpoint, config, output))
    document = json.loads((output / DOCUMENT).read_bytes())
    names = [image["file_name"] for image in document["images"]]
    assert names == ["move.gif", "move.png", "move.webp", "scan.tif", "scan.tif.page-2", "scan.tif.page-3"]
    moving = [each for each in document["info"]["remarks"] if "first one counts" in each["remark"]]
    assert [each["file_name"] for each in moving] == names[:3]
    assert all(isinstance(each, Segmented) for each in told)
    second = [each["bbox"] for each in document["annotations"] if each["image_id"] == 5]
    (folder / "alone.png").write_bytes(encode_png(picture(1)))
    list(segment_files(find([folder / "alone.png"], output).places, checkpoint, config, output))
    assert second == [each["bbox"] for each in json.loads((output / DOCUMENT).read_bytes())["annotations"]]


def test_that_a_picture_may_hold_more_is_told_in_the_document(
    folder: Path, tmp_path: Path, checkpoint: Artifact, picture: Drawn, config: PicturePrediction
) -> None:
    (folder / "a.png").write_bytes(encode_png(picture(1)))
    places, output = find([folder], tmp_path).places, tmp_path / "masks"
    (told,) = segment_files(places, checkpoint, config, output)
    remark = "5 instances were kept, as max_detections says: there may be more"
    assert isinstance(told, Segmented)
    assert told.remarks == (remark,)
    assert json.loads((output / DOCUMENT).read_bytes())["info"]["remarks"] == [{"file_name": "a.png", "remark": remark}]


def test_what_is_left_is_the_pictures_instances_painted_and_listed(
    folder: Path, tmp_path: Path, checkpoint: Artifact, picture: Drawn, config: PicturePrediction
) -> None:
    (folder / "a.png").write_bytes(encode_png(picture(1)))
    (folder / "b.jpg").write_bytes(encode_jpeg(picture(2), 90))
    (folder / "broken.png").write_bytes(encode_png(picture(3))[:80])
    model, first, second = checkpoint, tmp_path / "first", tmp_path / "second"

    told = list(segment_files(find([folder], first).places, model, config, first))
    assert [type(each) for each in told] == [Segmented, Segmented, Unreadable]
    assert isinstance(told[2], Unreadable)
    assert told[2].reason.startswith("the picture is damaged")

    document = json.loads((first / DOCUMENT).read_bytes())
    assert [image["file_name"] for image in document["images"]] == ["a.png", "b.jpg"]
    remarks = document["info"].pop("remarks")
    assert {each["file_name"] for each in remarks} <= {"a.png", "b.jpg"}
    assert document["info"] == {"checkpoint": checkpoint.uri, "score_threshold": 0}
    of_first = [each for each in document["annotations"] if each["image_id"] == 1]
    assert isinstance(told[0], Segmented)
    assert len(of_first) == sum(told[0].instances.values()) > 0
    assert [each["area"] for each in of_first] == [rle.area(each["segmentation"]) for each in of_first]
    assert len({each["id"] for each in document["annotations"]}) == len(document["annotations"])
    painted = decode((first / "a.png").read_bytes(), 10**6)
    height, width = picture(1).shape
    assert np.array_equal(painted[:height, :width], overlay(picture(1), of_first, model.manifest.categories))

    list(segment_files(find([folder], second).places, model, config, second))
    names = ["a.png", "b.jpg.png", DOCUMENT]
    assert sorted(path.name for path in second.iterdir()) == names
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]


def test_nothing_is_written_where_nothing_can_be_read(
    folder: Path, tmp_path: Path, checkpoint: Artifact, config: PicturePrediction
) -> None:
    touch(folder, "empty.png")
    output = tmp_path / "masks"
    told = list(segment_files(find([folder], output).places, checkpoint, config, output))
    assert told == [Unreadable("empty.png", "the file is empty (0 bytes)")]
    assert not output.exists()
