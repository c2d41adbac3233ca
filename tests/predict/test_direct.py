"""Masks for pictures of this machine: which pictures are meant, and what is left of them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskline.contract.artifact import open_sealed
from maskline.contract.coco import rle
from maskline.contract.coco.overlay import overlay
from maskline.contract.errors import InvalidInput
from maskline.contract.picture import decode, encode_jpeg, encode_png
from maskline.predict.config import PredictConfig
from maskline.predict.direct.legend import with_legend
from maskline.predict.direct.places import Skipped, find
from maskline.predict.direct.segmenting import DOCUMENT, Segmented, segment_files
from maskline.predict.source import Unreadable

Drawn = Callable[[int], NDArray[np.uint8]]


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_stands_for_its_pictures_in_order_and_what_is_skipped_is_told(folder: Path) -> None:
    touch(folder, "b.PNG", "a/x.tif", "a/x.webp", "notes.txt", ".hidden.png", ".git/y.png", "masks/b.PNG")
    (folder / "a/none").write_bytes(encode_png(np.zeros((3, 3), np.uint8)))
    (folder / "a/old.jfif").write_bytes(encode_jpeg(np.zeros((3, 3), np.uint8), 90))
    (folder / "elsewhere").symlink_to(folder / "a")
    (folder / "gone.png").symlink_to(folder / "nowhere")
    output = folder / "masks"

    found = find([folder, folder / "b.PNG"], output)

    assert [place.name for place in found.places] == ["a/none", "a/old.jfif", "a/x.tif", "a/x.webp", "b.PNG"]
    overlays = ["a/none.png", "a/old.jfif.png", "a/x.tif.png", "a/x.webp.png", "b.PNG"]
    assert [place.overlay for place in found.places] == [output / name for name in overlays]
    assert found.skipped == [
        Skipped("elsewhere", "it is a link to a folder"),
        Skipped("gone.png", "it is neither a file nor a folder"),
        Skipped("notes.txt", "it is no picture, neither by what it holds nor by its name"),
        Skipped("pictures", "names that begin with a dot are left out, 2 of them"),
        Skipped("pictures", f"what lies in {output}, the folder for the masks, is left out, 1 of them"),
    ]


def test_a_file_that_is_named_counts_whatever_it_is_called(folder: Path) -> None:
    touch(folder, "scan")
    assert [place.overlay for place in find([folder / "scan"], folder).places] == [folder / "scan.png"]


def test_every_page_is_a_picture_and_of_what_moves_the_first_frame(
    folder: Path, tmp_path: Path, checkpoint_uri: str, picture: Drawn, config: PredictConfig
) -> None:
    frames = [Image.fromarray(picture(number)) for number in range(3)]
    for name in ("scan.tif", "move.gif", "move.webp", "move.png"):
        frames[0].save(folder / name, save_all=True, append_images=frames[1:], lossless=True)
    output = tmp_path / "masks"
    told = list(segment_files(find([folder], output).places, open_sealed(checkpoint_uri, "checkpoint"), config, output))
    document = json.loads((output / DOCUMENT).read_bytes())
    names = [image["file_name"] for image in document["images"]]
    assert names == ["move.gif", "move.png", "move.webp", "scan.tif", "scan.tif.page-2", "scan.tif.page-3"]
    moving = [each for each in document["info"]["remarks"] if "first one counts" in each["remark"]]
    assert [each["file_name"] for each in moving] == names[:3]
    assert all(isinstance(each, Segmented) for each in told)
    second = [each["bbox"] for each in document["annotations"] if each["image_id"] == 5]
    (folder / "alone.png").write_bytes(encode_png(picture(1)))
    list(
        segment_files(
            find([folder / "alone.png"], output).places, open_sealed(checkpoint_uri, "checkpoint"), config, output
        )
    )
    assert second == [each["bbox"] for each in json.loads((output / DOCUMENT).read_bytes())["annotations"]]


def test_that_a_picture_may_hold_more_is_told_in_the_document(
    folder: Path, tmp_path: Path, checkpoint_uri: str, picture: Drawn, config: PredictConfig
) -> None:
    (folder / "a.png").write_bytes(encode_png(picture(1)))
    places, output = find([folder], tmp_path).places, tmp_path / "masks"
    (told,) = segment_files(places, open_sealed(checkpoint_uri, "checkpoint"), config, output)
    remark = "5 instances were kept, as max_detections says: there may be more"
    assert isinstance(told, Segmented)
    assert told.remarks == (remark,)
    assert json.loads((output / DOCUMENT).read_bytes())["info"]["remarks"] == [{"file_name": "a.png", "remark": remark}]


@pytest.mark.parametrize(
    ("named", "output", "told"),
    [
        (["gone.png"], "masks", "gone.png does not exist: it must be a picture or a folder of pictures"),
        (["empty"], "masks", r"empty holds no pictures \(PNG, .*\); notes\.txt: it is no picture"),
        (["a/x.png", "b/x.png"], "masks", r"a/x\.png and .*b/x\.png would both become .*masks/x\.png"),
        (["a/x.png"], "a", r"a/x\.png is one of the pictures: choose another folder for the masks"),
        (["a"], "a", r"a/x\.png is one of the pictures"),
    ],
)
def test_pictures_and_masks_stay_apart(folder: Path, named: list[str], output: str, told: str) -> None:
    touch(folder, "a/x.png", "b/x.png", "empty/notes.txt")
    with pytest.raises(InvalidInput, match=told):
        find([folder / name for name in named], folder / output)


def test_what_is_left_is_the_pictures_instances_painted_and_listed(
    folder: Path, tmp_path: Path, checkpoint_uri: str, picture: Drawn, config: PredictConfig
) -> None:
    (folder / "a.png").write_bytes(encode_png(picture(1)))
    (folder / "b.jpg").write_bytes(encode_jpeg(picture(2), 90))
    (folder / "broken.png").write_bytes(encode_png(picture(3))[:80])
    model, first, second = open_sealed(checkpoint_uri, "checkpoint"), tmp_path / "first", tmp_path / "second"

    told = list(segment_files(find([folder], first).places, model, config, first))
    assert [type(each) for each in told] == [Segmented, Segmented, Unreadable]
    assert isinstance(told[2], Unreadable)
    assert told[2].reason.startswith("the picture is damaged")

    document = json.loads((first / DOCUMENT).read_bytes())
    assert [image["file_name"] for image in document["images"]] == ["a.png", "b.jpg"]
    remarks = document["info"].pop("remarks")
    assert {each["file_name"] for each in remarks} <= {"a.png", "b.jpg"}
    assert document["info"] == {"checkpoint": checkpoint_uri, "score_threshold": 0}
    of_first = [each for each in document["annotations"] if each["image_id"] == 1]
    assert isinstance(told[0], Segmented)
    assert len(of_first) == told[0].instances.total() > 0
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
    folder: Path, tmp_path: Path, checkpoint_uri: str, config: PredictConfig
) -> None:
    touch(folder, "empty.png")
    output = tmp_path / "masks"
    told = list(segment_files(find([folder], output).places, open_sealed(checkpoint_uri, "checkpoint"), config, output))
    assert told == [Unreadable("empty.png", "the file is empty (0 bytes)")]
    assert not output.exists()


def test_the_legend_shows_the_colours_of_what_was_found_below_the_picture(checkpoint_uri: str) -> None:
    table = open_sealed(checkpoint_uri, "checkpoint").manifest.categories
    block, bar = table.categories
    paper = np.full((30, 200, 3), 255, np.uint8)

    shown = with_legend(paper, {block.id: 3}, table)

    assert np.array_equal(shown[:30, :200], paper)
    colours = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(shown[30:].reshape(-1, 3), axis=0)}
    assert block.colour in colours
    assert bar.colour not in colours
    assert with_legend(paper[:, :10], {block.id: 3}, table).shape[1] > 10
    assert with_legend(paper, {}, table).shape[0] > 30
