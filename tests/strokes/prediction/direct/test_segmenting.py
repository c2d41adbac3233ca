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
        (file,) = find(str(output / image["file_name"]), [])
        (sketch,) = read(file).sketches
        (thing,) = sketch.things
        assert len(thing.strokes) == len(sketch.strokes)
        own = output / "instancesketch" / thing.category / image["file_name"].replace("/", "-").replace(".svg", ".json")
        (file,) = find(str(own), [])
        (again,) = read(file).sketches
        assert again.things == sketch.things
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


def test_a_sketch_that_would_be_replaced_is_told_and_none_that_is_named_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text(SVG)
    (tmp_path / "y.ndjson").write_text(LINES)

    with pytest.raises(InvalidInput, match=r"x\.svg is one of the sketches"):
        places([tmp_path / "x.svg"], tmp_path)
    assert [place.name for place in places([tmp_path / "y.ndjson"], tmp_path).places] == ["y/line-1", "y/line-2"]


def test_an_id_that_leads_upwards_is_a_name_below_the_output(tmp_path: Path) -> None:
    (tmp_path / "y.ndjson").write_text('{"key_id":"../../up","word":"car","drawing":[[[0,9],[0,9]]]}\n')

    assert [place.name for place in places([tmp_path / "y.ndjson"], tmp_path / "masks").places] == ["y/up"]


def test_each_object_of_a_scene_is_a_file_of_its_own_for_instancesketch(checkpoint: Artifact, tmp_path: Path) -> None:
    apart = SVG.replace("M50 0 L0 50", "M950 0 L900 50")
    (tmp_path / "scene.svg").write_text(apart)
    (tmp_path / "scene.txt").write_text("0 0.1 0.5 0.2 1 0.9\n1 0.9 0.5 0.2 1 0.8\n")
    config, output = StrokePrediction(detections=str(tmp_path)), tmp_path / "masks"
    list(prediction.segment(prediction.find([tmp_path / "scene.svg"], output).places, checkpoint, config, output))

    assert sorted(path.relative_to(output).as_posix() for path in output.rglob("*.json")) == [
        "instances.json",
        "instancesketch/car/scene-1.json",
        "instancesketch/cow/scene-2.json",
    ]
