"""From files of this machine to SVG, InstanceSketch's JSON and one COCO document."""

import json
from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Segmented, Unreadable
from maskline.strokes.formats.finding import find
from maskline.strokes.formats.reading import read
from maskline.strokes.prediction.config import StrokePrediction
from maskline.strokes.prediction.direct.places import places
from maskline.strokes.prediction.entry import prediction

LINES = (
    '{"word":"car","drawing":[[[0,90,90,0],[0,0,40,40]],[[20,30],[40,45]]]}\n'
    '{"word":"cow","drawing":[[[5,9],[0,30]]]}\n'
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0 L50 50"/><path d="M50 0 L0 50"/></svg>'
CONFIG = StrokePrediction(objects="one", longer_side_px=128)


def test_each_sketch_leaves_an_svg_a_json_and_its_masks(checkpoint: Artifact, tmp_path: Path) -> None:
    (tmp_path / "some.ndjson").write_text(LINES)
    (tmp_path / "cross.svg").write_text(SVG)
    (tmp_path / "bad.json").write_text("{}")
    output = tmp_path / "masks"
    selection = prediction.find([tmp_path / "some.ndjson", tmp_path / "cross.svg", tmp_path / "bad.json"], output)
    told = list(prediction.segment(selection.places, checkpoint, CONFIG, output))
    document = json.loads((output / "instances.json").read_bytes())

    assert [type(one) for one in told] == [Segmented, Segmented, Segmented, Unreadable]
    assert [image["file_name"] for image in document["images"]] == ["some/line-1.svg", "some/line-2.svg", "cross.svg"]
    for image in document["images"]:
        mine = [one for one in document["annotations"] if one["image_id"] == image["id"]]
        assert {"strokes", "object", "score", "bbox", "area"} <= mine[0].keys()
        whole = rle.decode(mine[0]["segmentation"])
        assert whole.shape == (image["height"], image["width"])
        assert all((rle.decode(one["segmentation"]) <= whole).all() for one in mine)
        for suffix in (".svg", ".json"):
            (file,) = find(str(output / image["file_name"].replace(".svg", suffix)), [])
            (sketch,) = read(file).sketches
            assert sum(len(thing.strokes) for thing in sketch.things) == len(sketch.strokes)
    assert document["info"]["checkpoint"] == checkpoint.uri


def test_a_folder_is_gone_through_without_what_lies_in_the_output(tmp_path: Path) -> None:
    (tmp_path / "some.ndjson").write_text(LINES)
    (tmp_path / "notes.txt").write_text("")
    output = tmp_path / "masks"
    output.mkdir()
    (output / "old.svg").write_text(SVG)
    found = places([tmp_path], output)

    assert [place.name for place in found.places] == ["some/line-1", "some/line-2"]
    assert [one.name for one in found.skipped] == ["notes.txt"]


@pytest.mark.parametrize(
    ("name", "rule"),
    [("none.svg", "does not exist"), ("photo.png", "is no sketch: it must end in"), ("empty", "holds no sketches")],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, name: str, rule: str) -> None:
    (tmp_path / "photo.png").write_bytes(b"")
    (tmp_path / "empty").mkdir()

    with pytest.raises(InvalidInput, match=rule):
        places([tmp_path / name], tmp_path / "masks")


def test_two_sketches_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.svg").write_text(SVG)

    with pytest.raises(InvalidInput, match="two sketches are called x"):
        places([tmp_path / "a/x.svg", tmp_path / "b/x.svg"], tmp_path / "masks")


def test_the_kind_takes_files_of_strokes_and_folders_of_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text(SVG)
    taken = [prediction.takes(path) for path in (tmp_path / "x.svg", tmp_path, Path("photo.png"))]
    (tmp_path / "photo.png").write_bytes(b"")

    assert taken == [True, True, False]
    assert not prediction.takes(tmp_path)
