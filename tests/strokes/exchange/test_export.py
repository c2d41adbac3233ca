"""A dataset in other tools' formats: read back the same where they can hold it, and told what they cannot."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset
from maskline.render.exporting.export import export
from maskline.strokes.exchange.exporting.writer import safe
from maskline.strokes.sketch import Sketch, of_sample
from tests.strokes.exchange.conftest import Import, Theirs

PATH = '<path d="M0,0 10,10" data-times="0 8"/>'
Exported = Callable[..., tuple[Path, list[str]]]


@pytest.fixture
def dataset(theirs: Theirs, imported: Import) -> Artifact:
    """A car, and a scene of a sun, a car with two wheels told apart, and clutter, with times and extras."""
    theirs.write("train/car/a.json", "wheel", "wheel", "body")
    wheels = "".join(f'<g class="wheel" data-instance="{n}"><path d="M{n},0 {n},{n}"/></g>' for n in (1, 2))
    groups = f'<g class="sun">{PATH}</g><g class="car">{wheels}{PATH}</g>{PATH}'
    extra = "data-extra='{\"by\": 3}'"
    theirs.text("val/scene.svg", f'<svg width="50" height="40" {extra}>{groups}</svg>')
    return imported()


@pytest.fixture
def exported(dataset: Artifact, tmp_path: Path) -> Exported:
    """Export the dataset; return the folder and what is noted."""

    def exported(layout: str, **options: Any) -> tuple[Path, list[str]]:
        notes = export(dataset, tmp_path / layout, {"layout": layout} | options)
        return tmp_path / layout, notes

    return exported


def sketches(artifact: Artifact) -> list[Sketch]:
    dataset, table = Dataset(artifact), artifact.manifest.categories
    shards = [shard for split in dataset.splits for shard in dataset.shards(split)]
    return [of_sample(sample, table) for shard in shards for sample in dataset.samples(shard)]


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def told(sketch: Sketch) -> tuple[Any, ...]:
    points = [stroke.points.tolist() for stroke in sketch.strokes]
    times = [None if stroke.times is None else stroke.times.tolist() for stroke in sketch.strokes]
    return sketch.name, points, times, sketch.things, sketch.size, sketch.extra


def test_svg_holds_all_of_it(dataset: Artifact, exported: Exported, imported: Import) -> None:
    folder, notes = exported("svg")

    assert notes == []
    assert files(folder) == ["train/car/a.svg", "val/scene.svg"]
    assert [told(one) for one in sketches(imported(folder))] == [told(one) for one in sketches(dataset)]


def test_instancesketch_has_each_object_in_the_folder_of_its_class(exported: Exported, imported: Import) -> None:
    folder, notes = exported("instancesketch")

    assert files(folder) == ["train/car/a.json", "val/car/scene-2.json", "val/sun/scene-1.json"]
    assert notes == [
        "1 sketches: each object is a sketch of its own",
        "1 sketches: strokes of no object are left out",
        "1 sketches: the size of the canvas is not told",
        "1 sketches: times are not told",
    ]
    whole, car, sun = sketches(imported(folder))
    assert [len(one.strokes) for one in (whole, car, sun)] == [3, 3, 1]
    assert [(part.name, part.strokes, part.crowd) for part in car.things[0].parts] == [
        ("wheel", (0,), False),
        ("wheel", (1,), False),
    ]
    assert car.extra == {"by": 3}


def test_cvat_has_a_file_for_each_class(exported: Exported, imported: Import) -> None:
    folder, notes = exported("cvat")

    assert files(folder) == [f"{place}/sketches/annotations.xml" for place in ("train/car", "val/car", "val/sun")]
    assert notes == [
        "1 sketches: each object is a sketch of its own",
        "1 sketches: strokes of no object are left out",
        "1 sketches: times are not told",
        "1 sketches: strokes without a part are called unlabeled",
        "1 sketches: what their sources tell besides is not all told",
    ]
    with pytest.raises(InvalidInput, match="class 'car/unlabeled'"):
        imported(folder)


@pytest.mark.parametrize("simplified", [False, True])
def test_quick_draw_has_a_file_for_each_class_and_simplified_drawings_if_asked(
    simplified: bool,  # noqa: FBT001
    exported: Exported,
    imported: Import,
) -> None:
    folder, notes = exported("quickdraw", simplified=simplified)

    assert files(folder) == ["train/car.ndjson", "val/car.ndjson", "val/sun.ndjson"]
    assert notes == [
        "1 sketches: each object is a sketch of its own",
        "1 sketches: strokes of no object are left out",
        "2 sketches: parts are not told",
        "1 sketches: the size of the canvas is not told",
        *(["1 sketches: times are not told"] if simplified else []),
    ]
    sun = sketches(imported(folder))[-1]
    assert sun.strokes[0].points.tolist() == [[0, 0], [255, 255] if simplified else [10, 10]]
    assert (sun.strokes[0].times is None) == simplified
    assert sun.extra == {"word": "sun", "by": 3}


def test_coco_has_pictures_and_masks_of_objects_and_parts(dataset: Artifact, exported: Exported) -> None:
    folder, notes = exported("coco", longer_side_px=100, stroke_width_px=5)

    assert files(folder) == [
        "annotations/instances_train.json",
        "annotations/instances_val.json",
        "train/car/a.png",
        "val/scene.png",
    ]
    assert notes == ["2 sketches: strokes are drawn, and cannot be had back from pictures"]
    document = json.loads((folder / "annotations/instances_val.json").read_text())
    (image,), table = document["images"], dataset.manifest.categories
    picture = np.asarray(Image.open(folder / "val" / image["file_name"]))
    assert picture.shape == (image["height"], image["width"]) == (100, 100)
    names = {one.id: one.name for one in table.categories}
    assert [names[one["category_id"]] for one in document["annotations"]] == ["sun", "car", "car/wheel", "car/wheel"]
    assert len({one["id"] for one in document["annotations"]}) == 4
    assert all((picture[rle.decode(one["segmentation"])] < 200).all() for one in document["annotations"])


def test_yolo_has_pictures_boxes_and_a_file_that_names_both(exported: Exported) -> None:
    folder, notes = exported("yolo")

    assert files(folder) == [
        "data.yaml",
        "images/train/000001-car-a.png",
        "images/val/000002-scene.png",
        "labels/train/000001-car-a.txt",
        "labels/val/000002-scene.txt",
    ]
    assert notes == [
        "2 sketches: parts are not told",
        "2 sketches: strokes are drawn, and cannot be had back from pictures",
    ]
    assert yaml.safe_load((folder / "data.yaml").read_text()) == {
        "train": "images/train",
        "val": "images/val",
        "names": {0: "car", 1: "sun"},
    }
    lines = [line.split() for line in (folder / "labels/val/000002-scene.txt").read_text().splitlines()]
    assert [line[0] for line in lines] == ["1", "0"]
    assert all(0 <= float(number) <= 1 for line in lines for number in line[1:])


def test_yolo_without_a_validation_split_says_what_it_names_instead(
    theirs: Theirs, imported: Import, tmp_path: Path
) -> None:
    theirs.write("train/car/a.json", "wheel")

    notes = export(imported(), tmp_path / "yolo", {"layout": "yolo"})

    assert notes[-1] == "there is no split val: data.yaml names train instead"
    assert yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())["val"] == "images/train"


def test_options_of_another_layout_and_layouts_there_are_none_of_are_refused(exported: Exported) -> None:
    with pytest.raises(InvalidInput, match="simplified drawings are a matter of --layout quickdraw, not of svg"):
        exported("svg", simplified=True)
    with pytest.raises(InvalidInput, match="instancesketch, cvat, quickdraw, svg, coco, yolo"):
        exported("png")


def test_no_name_leads_out_of_the_folder() -> None:
    assert safe("val/../../a/./.b/c..") == "val/_../_../a/_./.b/c.."
