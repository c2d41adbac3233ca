"""What the predict stage is told of sketches, of datasets and of somebody's folder."""

from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Changed, InvalidInput
from maskline.contract.kind.prediction import Found, Unreadable
from maskline.contract.store.directory import DirectoryStore
from maskline.strokes.classes import Classes
from maskline.strokes.formats import instancesketch
from maskline.strokes.prediction.config import StrokePrediction
from maskline.strokes.prediction.entry import prediction
from maskline.strokes.prediction.predictor import StrokePredictor
from maskline.strokes.sketch import Sketch, to_sample

ONE = StrokePrediction(objects="one")


def drawn(folder: Path, *sketches: Sketch) -> None:
    for sketch in sketches:
        path = folder / f"{sketch.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(instancesketch.write(sketch))


def test_every_stroke_is_in_one_object_and_in_one_part_of_it(checkpoint: Artifact, car: Sketch, cow: Sketch) -> None:
    table = checkpoint.manifest.categories
    classes = Classes(table)
    samples = [to_sample(sketch, number, sketch.name, table) for number, sketch in enumerate((car, cow))]
    for config in (ONE, StrokePrediction()):
        for sketch, found in zip((car, cow), StrokePredictor(checkpoint, config).of_samples(samples), strict=True):
            assert isinstance(found, Found)
            for parts in (False, True):
                strokes = [at for one in found.instances if classes.is_part(one) == parts for at in one["strokes"]]
                assert sorted(strokes) == list(range(len(sketch.strokes)))
            assert {one["score"] for one in found.instances} <= {round(at / 1e4, 4) for at in range(10_001)}


def test_of_labelled_sketches_it_is_told_what_is_found_when_the_objects_are_given(
    checkpoint: Artifact, car: Sketch, cow: Sketch
) -> None:
    table = checkpoint.manifest.categories
    bare = Sketch("bare", car.strokes)
    samples = [to_sample(sketch, number, "group", table) for number, sketch in enumerate((car, cow, bare))]
    found = [each.record for each in StrokePredictor(checkpoint, ONE).of_samples(samples) if isinstance(each, Found)]

    assert {table.names[number - 1].partition("/")[0] for number in found[0]["given"]} == {"car"}
    assert {table.names[number - 1].partition("/")[0] for number in found[1]["given"]} == {"cow"}
    assert "given" not in found[2]


def test_somebodys_folder_is_listed_sketch_by_sketch_and_what_is_none_with_its_reason(
    checkpoint: Artifact, tmp_path: Path, car: Sketch, cow: Sketch
) -> None:
    drawn(tmp_path, car, cow)
    (tmp_path / "two.ndjson").write_text(
        '{"word":"car","drawing":[[[0,9],[0,9]]]}\n{"word":"cow","drawing":[[[5,9],[0,3]]]}\n'
    )
    (tmp_path / "broken.ndjson").write_text('{"word":"car","drawing":[[[0,9],[0]]]}\n')
    (tmp_path / "notes.txt").write_text("not a sketch")
    listed = prediction.listed(tmp_path.as_uri())
    found = list(StrokePredictor(checkpoint, StrokePrediction(overlays=2)).of_listed(listed, DirectoryStore(tmp_path)))

    assert [(one.file_name, one.page) for one in listed if not one.fault] == [
        ("car/1.json", 0),
        ("cow/1.json", 0),
        ("two.ndjson", 0),
        ("two.ndjson", 1),
    ]
    assert [one.file_name for one in found if isinstance(one, Unreadable)] == ["broken.ndjson", "notes.txt"]
    readable = [one for one in found if isinstance(one, Found)]
    assert [one.record["strokes"] for one in readable] == [3, 4, 1, 1]
    assert {name for one in readable for name in one.files} == {"overlays/car/1.png", "svg/car/1.svg"}


def test_a_file_that_is_not_what_was_listed_is_told(
    checkpoint: Artifact, tmp_path: Path, car: Sketch, cow: Sketch
) -> None:
    drawn(tmp_path, car)
    listed = prediction.listed(tmp_path.as_uri())
    (tmp_path / "car/1.json").write_bytes(instancesketch.write(cow))

    with pytest.raises(Changed, match=r"car/1\.json was changed"):
        list(StrokePredictor(checkpoint, ONE).of_listed(listed, DirectoryStore(tmp_path)))


def test_what_is_less_sure_is_left_out_and_the_parts_of_objects_that_are(checkpoint: Artifact, car: Sketch) -> None:
    sure = StrokePredictor(checkpoint, StrokePrediction(objects="one", score_threshold=0.999))

    assert sure.results([car]) == [[]]


def test_objects_may_be_boxes_that_yolo_found(checkpoint: Artifact, tmp_path: Path, car: Sketch) -> None:
    (tmp_path / "car").mkdir()
    box = tmp_path / "car/1.txt"
    config = StrokePrediction(detections=str(tmp_path))
    box.write_text("1 0.25 0.5 0.5 1 0.9\n")  # the left half of the picture
    (found,) = StrokePredictor(checkpoint, config).results([car])
    box.write_text("2 0.25 0.5 0.5 1 0.9\n")

    assert found[0]["category_id"] == checkpoint.manifest.categories.id_of("cow")
    assert 1 in found[0]["strokes"]
    assert 2 not in found[0]["strokes"]
    with pytest.raises(InvalidInput, match=r"car/1\.txt: class 2: it must be below 2"):
        StrokePredictor(checkpoint, config).results([car])
    box.unlink()
    assert StrokePredictor(checkpoint, config).results([car]) == [[]]
