"""CVAT's XML: polylines of images are strokes, read safely, and written so that they are read back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from maskline.strokes.formats import cvat
from maskline.strokes.formats.labels import singles
from maskline.strokes.formats.reading import Reading
from maskline.strokes.sketch import Part, Sketch, Thing
from tests.strokes.formats.conftest import told

Read = Callable[..., Reading]
TWO = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task/></meta>
<image id="3" name="cow.png" width="640" height="480">
  <polyline label="Head" source="manual" occluded="0" points="1.5,2;3,4.25" z_order="0"></polyline>
  <polyline label="front-leg" points="5,5;6,6" group_id="2"/>
  <polyline label="front-leg" points="7,7;8,8;9,9" group_id="2"/>
  <box label="body" xtl="1" ytl="1" xbr="2" ybr="2"/>
</image>
<image id="4" name="empty.png" width="640" height="480"/>
</annotations>"""


def test_an_image_with_polylines_is_a_sketch_of_the_class_two_folders_up(reading: Read) -> None:
    found = reading(TWO, "4leg/task_1/annotations.xml")

    (sketch,) = found.sketches
    assert sketch.name == "4leg/task_1/annotations/3"
    assert sketch.size == (640.0, 480.0)
    assert sketch.strokes[0].points.tolist() == [[1.5, 2], [3, 4.25]]
    parts = (Part("head", (0,), crowd=True), Part("front-leg", (1, 2)))
    assert sketch.things == (Thing("4leg", (0, 1, 2), parts),)
    assert sketch.extra == {"name": "cow.png"}
    assert found.remarks == [
        "4leg/task_1/annotations.xml: 1 images have no polylines and are passed over",
        "4leg/task_1/annotations.xml: 1 shapes that are no polylines are passed over",
    ]


def test_the_class_is_the_only_folder_where_there_is_one(reading: Read) -> None:
    (sketch,) = reading(TWO, "4leg/annotations.xml").sketches

    assert sketch.things[0].category == "4leg"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<annotations>", "a/b.xml: it is no XML: no element found: line 1, column 13"),
        ("<svg/>", "a/b.xml: it begins with <svg>, CVAT's files with <annotations>"),
        (
            '<!DOCTYPE a [<!ENTITY b "bbbb">]><annotations>&b;</annotations>',
            "a/b.xml: it declares a document type or entities, which are not read",
        ),
        (
            TWO.replace("3,4.25", "3,nan"),
            "a/b.xml: image 3: polyline 0: point 1 is [3.0, nan], it must be two finite numbers [x, y]",
        ),
        (
            TWO.replace("3,4.25", "3"),
            "a/b.xml: image 3: polyline 0: point 1 is [3.0], it must be two finite numbers [x, y]",
        ),
        (
            TWO.replace("5,5;6,6", ""),
            "a/b.xml: image 3: polyline 1: it has no points, it must have one at least",
        ),
        (TWO.replace('id="3"', ""), "a/b.xml: image cow.png: it has no id"),
        (
            TWO.replace('group_id="2"', 'group_id="-2"', 1),
            "a/b.xml: image 3: polyline 1: group_id = '-2', it must be a whole number, 0 or more",
        ),
        (TWO.replace("640", "wide"), "a/b.xml: image 3: width, height = wide, 480, they must be numbers above 0"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_its_value_and_the_rule(text: str, problem: str, reading: Read) -> None:
    found = reading(text, "a/b.xml")

    assert found.problems == [problem]
    assert not found.sketches


def test_what_is_written_is_read_back_but_for_extras_that_are_no_texts(car: Sketch, reading: Read) -> None:
    things = (replace(car.things[0], parts=(*car.things[0].parts, Part("unlabeled", (4,), crowd=True))),)
    given = replace(car, things=things, extra={"name": "one.png", "subset": "a <b>"})

    found = reading(cvat.write([given, given]), "car/sketches/annotations.xml").sketches

    assert [told(back) for back in found] == [told(given)] * 2


def test_a_stroke_without_a_part_has_a_label_all_the_same(car: Sketch, reading: Read) -> None:
    (back,) = reading(cvat.write([replace(car, extra={})]), "car/sketches/annotations.xml").sketches

    assert Part("unlabeled", (4,), crowd=True) in back.things[0].parts


def test_an_object_of_a_scene_is_a_sketch_of_its_own(car: Sketch) -> None:
    scene = replace(car, things=(Thing("sun", (4, 1)), Thing("car", (0, 2), (Part("wheel", (2,)),))))

    sun, small = singles(scene)

    assert [stroke is car.strokes[number] for stroke, number in zip(sun.strokes, (4, 1), strict=True)] == [True, True]
    assert (sun.name, small.name) == ("car/one-1", "car/one-2")
    assert small.things == (Thing("car", (0, 1), (Part("wheel", (1,)),)),)
