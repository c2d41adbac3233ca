"""Sketches as SVG: coloured by part, and read back as they were."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from defusedxml.ElementTree import fromstring

from maskline.strokes.formats.reading import Reading
from maskline.strokes.formats.svg.writing import write
from maskline.strokes.sketch import Part, Sketch, Stroke, Thing
from tests.strokes.formats.conftest import told

Read = Callable[..., Reading]
COLOURS = {"car": "#0000aa", "car/wheel": "#aa0000"}


def test_what_is_written_is_read_back_times_extras_and_the_order_of_drawing_too(car: Sketch, reading: Read) -> None:
    timed = tuple(Stroke(stroke.points, np.linspace(0.5, 99, len(stroke.points))) for stroke in car.strokes)
    given = replace(car, strokes=timed, size=(640.0, 480.5))

    (back,) = reading(write(given, COLOURS), "anywhere.svg").sketches

    assert told(back) == told(given)
    assert back.size == given.size


def test_a_scene_is_read_back_with_what_belongs_to_no_object(car: Sketch, reading: Read) -> None:
    things = (Thing("sun", (5,)), Thing("car", (4, 0), (Part("wheel", (4,)),)), Thing("sun", (2,)))
    given = replace(car, things=things)

    (back,) = reading(write(given, COLOURS), "anywhere.svg").sketches

    assert told(back)[:2] == told(given)[:2]
    assert [(thing.category, set(thing.strokes), thing.parts) for thing in back.things] == [
        (thing.category, set(thing.strokes), thing.parts) for thing in things
    ]


def test_each_part_has_its_colour_and_what_has_no_class_is_grey(car: Sketch) -> None:
    svg = fromstring(write(car, COLOURS))

    (thing,) = svg.findall("{*}g")
    assert (thing.get("class"), thing.get("stroke")) == ("car", "#0000aa")
    found = [(part.get("class"), part.get("stroke")) for part in thing.findall("{*}g")]
    assert found == [("wheel", "#aa0000"), ("wheel", "#aa0000"), ("side window, glass", "#a5a5a5")]
