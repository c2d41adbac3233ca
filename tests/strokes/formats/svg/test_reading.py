"""SVG as sketches: which shapes are strokes, where transforms put them, and what groups and classes mean."""

from collections.abc import Callable

import numpy as np
import pytest

from maskline.strokes.formats.reading import Reading
from maskline.strokes.sketch import Part, Sketch, Thing

Read = Callable[..., Reading]
PATH = '<path d="M0,0 1,1"/>'


def drawing(inside: str, more: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {more}>{inside}</svg>'


@pytest.fixture
def read(reading: Read) -> Callable[..., Sketch]:
    def read(inside: str, more: str = "") -> Sketch:
        found = reading(drawing(inside, more), "car/one.svg")
        assert found.problems == []
        return found.sketches[0]

    return read


@pytest.mark.parametrize(
    ("shape", "points"),
    [
        ('<path d="M0,0 1,1"/>', [[0, 0], [1, 1]]),
        ('<polyline points="0,0 1,1 2 0"/>', [[0, 0], [1, 1], [2, 0]]),
        ('<polygon points="0,0 1,1 2,0"/>', [[0, 0], [1, 1], [2, 0], [0, 0]]),
        ('<line x1="1px" y2="3"/>', [[1, 0], [0, 3]]),
        ('<rect x="1" width="2" height="3"/>', [[1, 0], [3, 0], [3, 3], [1, 3], [1, 0]]),
    ],
)
def test_a_shape_is_a_stroke(shape: str, points: list[list[float]], read: Callable[..., Sketch]) -> None:
    (stroke,) = read(shape).strokes

    assert stroke.points.tolist() == points


@pytest.mark.parametrize("shape", ['<circle cx="5" cy="4" r="2"/>', '<ellipse cx="5" cy="4" rx="2" ry="2"/>'])
def test_a_circle_is_a_round_stroke(shape: str, read: Callable[..., Sketch]) -> None:
    (stroke,) = read(shape).strokes

    assert np.allclose(np.hypot(*(stroke.points - (5, 4)).T), 2)
    assert np.allclose(stroke.points[0], stroke.points[-1])


def test_each_subpath_is_a_stroke_with_the_paths_labels(read: Callable[..., Sketch]) -> None:
    sketch = read('<path class="wheel" d="M0,0 1,1 M2,2 3,3"/>')

    assert [stroke.points.tolist() for stroke in sketch.strokes] == [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]
    assert sketch.things[0].parts == (Part("wheel", (0, 1), crowd=True),)


@pytest.mark.parametrize(
    ("transform", "end"),
    [
        ("translate(10)", [11, 2]),
        ("translate(10, 20)", [11, 22]),
        ("scale(2)", [2, 4]),
        ("scale(2 3)", [2, 6]),
        ("rotate(90)", [-2, 1]),
        ("rotate(90 1 1)", [0, 1]),
        ("matrix(1 2 3 4 5 6)", [12, 16]),
        ("skewX(45)", [3, 2]),
        ("skewY(45)", [1, 3]),
        ("translate(10,0) scale(2)", [12, 4]),
    ],
)
def test_transforms_are_applied_from_the_inside_out(
    transform: str, end: list[float], read: Callable[..., Sketch]
) -> None:
    (own,) = read(f'<line transform="{transform}" x2="1" y2="2"/>').strokes
    (outer,) = read(f'<g transform="translate(100,0)"><g transform="{transform}"><line x2="1" y2="2"/></g></g>').strokes

    assert np.allclose(own.points[1], end)
    assert np.allclose(outer.points, own.points + np.array([100, 0]))


def test_of_two_levels_the_outer_is_the_object_and_the_inner_the_part(read: Callable[..., Sketch]) -> None:
    sketch = read(
        f'<g class="car"><g id="wheel">{PATH}{PATH}</g><path class="window" d="M0,0 1,1"/>{PATH}</g>'
        f'<g id="tree">{PATH}</g><g class="car">{PATH}</g>{PATH}'
    )

    parts = (Part("wheel", (0, 1), crowd=True), Part("window", (2,), crowd=True))
    assert sketch.things == (Thing("car", (0, 1, 2, 3), parts), Thing("tree", (4,)), Thing("car", (5,)))
    assert len(sketch.strokes) == 7


def test_a_single_level_is_a_part_of_the_object_that_the_folder_names(read: Callable[..., Sketch]) -> None:
    sketch = read(
        f'<g inkscape:label="wheel" id="g12">{PATH}</g>{PATH}',
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"',
    )

    assert sketch.things == (Thing("car", (0, 1), (Part("wheel", (0,), crowd=True),)),)


def test_names_that_programs_make_up_say_nothing(read: Callable[..., Sketch]) -> None:
    sketch = read('<g id="layer1"><g id="g12"><path class="st0" d="M0,0 1,1"/></g></g>')

    assert sketch.things == (Thing("car", (0,)),)
    assert read(f'<g class="group">{PATH}</g>').things[0].parts == (Part("group", (0,), crowd=True),)


def test_what_is_only_defined_is_not_drawn_and_what_is_no_line_is_told(reading: Read) -> None:
    found = reading(drawing(f"<defs>{PATH}</defs><text>a</text><use href='#b'/>{PATH}"), "one.svg")

    assert len(found.sketches[0].strokes) == 1
    assert found.remarks == ["one.svg: 2 elements are passed over: text, image, use, foreignObject are no lines"]


def test_the_canvas_is_the_view_box_where_the_file_has_a_size(read: Callable[..., Sketch]) -> None:
    assert read(PATH, 'width="10cm" height="5cm" viewBox="0 0 200 100"').size == (200, 100)
    assert read(PATH, 'width="64px" height="32"').size == (64, 32)
    assert read(PATH, 'viewBox="0 0 200 100"').size is None
    assert read(PATH, 'width="100%" height="100%"').size is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<svg>", "a.svg: it is no XML: "),
        (f"<svg>{'<g>' * 2000}{'</g>' * 2000}</svg>", "a.svg: its groups are nested too deeply"),
        (
            "<svg data-extra='{\"a\": NaN}'><path d='M0,0'/></svg>",
            "a.svg: data-extra is no JSON: NaN is no number of JSON",
        ),
        ("<html/>", "a.svg: it begins with <html>, a drawing with <svg>"),
        ("<svg/>", "a.svg: there is no path, polyline, polygon, line, rect, circle, ellipse in it"),
        ('<!DOCTYPE svg SYSTEM "x"><svg/>', "a.svg: it declares a document type or entities, which are not read"),
        ('<svg><path id="b" d="M0,0 L1"/></svg>', "a.svg: element 2, path 'b': a number of L was expected at ''"),
        ('<svg><g/><line x1="a"/></svg>', "a.svg: element 3, line: x1 = 'a' is no number"),
        ('<svg><g transform="turn(3)"/></svg>', "a.svg: element 2, g: transform = 'turn(3)': one was expected at"),
        (
            '<svg><g transform="rotate(3 4)"/></svg>',
            "a.svg: element 2, g: transform = 'rotate(3 4)': rotate has 2 numbers",
        ),
        (
            '<svg><g transform="scale(1e300) scale(1e300)"><path d="M1,1"/></g></svg>',
            "a.svg: element 3, path: its points must be finite numbers",
        ),
        (
            '<svg><path d="M0,0" data-times="1 2"/></svg>',
            "a.svg: element 2, path: data-times has 2 numbers for 1 points",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_its_value_and_the_rule(text: str, problem: str, reading: Read) -> None:
    found = reading(text, "a.svg")

    assert len(found.problems) == 1
    assert found.problems[0].startswith(problem)
    assert not found.sketches
