"""The report's drawings, as inline SVG that takes its colours from the page's style sheet.

Lengths are units of each drawing's own view box; the page scales it to its column.
"""

import math
from collections.abc import Sequence

from maskline.contract.page.markup import Markup, tag

Point = tuple[float, float]
WIDTH, HEIGHT = 220.0, 186.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 8.0, 24.0, 38.0
TICKS = (0.0, 0.5, 1.0)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def precision_recall(precisions: Sequence[float], at_threshold: Point | None, label: str) -> Markup:
    """Draw one class's curve on axes from 0 to 1.

    precisions: at evenly spaced recalls 0 ... 1.  at_threshold: (recall, precision) marked with a dot.
    label: what a screen reader says.
    """
    last = len(precisions) - 1
    curve = [_place(i / last, p) for i, p in enumerate(precisions)]
    area = [_place(0, 0), *curve, _place(1, 0)]
    dot = (
        [tag("circle", cx=_n(x), cy=_n(y), r=4.5, class_="dot") for x, y in [_place(*at_threshold)]]
        if at_threshold
        else []
    )
    return _drawing(
        label,
        *_unit_axes("recall", "precision"),
        tag("path", d=_path(area) + "Z", class_="area"),
        tag("path", d=_path(curve), class_="curve"),
        *dot,
    )


def learning(points: Sequence[Point], label: str, ceiling: float, steps: float) -> Markup:
    """Draw a quantity over training steps.

    points: (step, value), by step.  ceiling: the value at the top edge.  steps: the step at the right edge.
    """
    curve = [_place(step / steps, min(value / ceiling, 1.0)) for step, value in points]
    power = 0 if ceiling >= 0.1 else math.floor(math.log10(ceiling))  # small values are told in its units
    marks = [(tick, f"{tick * ceiling / 10.0**power:.2g}") for tick in TICKS]
    axes = [*_grid(marks), *_below([(0.0, "0"), (1.0, f"{steps:g}")], "step")]
    if power:
        axes.append(
            tag("text", f"\N{MULTIPLICATION SIGN} 10{str(power).translate(RAISED)}", x=LEFT, y=TOP - 12, class_="axis")
        )
    x, y = curve[-1]
    end = tag("circle", cx=_n(x), cy=_n(y), r=4.5, class_="dot")
    return _drawing(label, *axes, tag("path", d=_path(curve), class_="curve"), end)


def _drawing(label: str, *content: Markup) -> Markup:
    return tag("svg", *content, viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", role="img", aria_label=label, class_="chart")


def _unit_axes(across: str, up: str) -> list[Markup]:
    marks = [(tick, f"{tick:g}") for tick in TICKS]
    return [*_grid(marks), *_below(marks, across), tag("text", up, x=LEFT, y=TOP - 12, class_="axis")]


def _grid(marks: Sequence[tuple[float, str]]) -> list[Markup]:
    """Rules across the drawing, each with its value on the left."""
    rules = []
    for tick, text in marks:
        x, y = _place(0, tick)
        rules.append(tag("line", x1=_n(x), x2=_n(WIDTH - RIGHT), y1=_n(y), y2=_n(y), class_="rule"))
        rules.append(tag("text", text, x=_n(x - 5), y=_n(y + 4), text_anchor="end", class_="tick"))
    return rules


def _below(marks: Sequence[tuple[float, str]], name: str) -> list[Markup]:
    """Values under the drawing, and what they measure."""
    anchors = {0.0: "start", 1.0: "end"}
    texts = [
        tag(
            "text",
            text,
            x=_n(_place(tick, 0)[0]),
            y=HEIGHT - 22,
            text_anchor=anchors.get(tick, "middle"),
            class_="tick",
        )
        for tick, text in marks
    ]
    middle = _place(0.5, 0)[0]
    return [*texts, tag("text", name, x=_n(middle), y=HEIGHT - 6, text_anchor="middle", class_="axis")]


def bar(parts: Sequence[tuple[str, float]]) -> Markup:
    """Draw shares of a whole as one horizontal bar; decorative, the table beside it has the numbers.

    parts: (style class, share 0..1); what is left of 1 stays empty.
    """
    drawn, start = [], 0.0
    for kind, share in parts:
        if share > 0:
            drawn.append(tag("rect", x=_n(start * 100), y=0, width=_n(share * 100), height=4, class_=kind))
        start += share
    view = {"viewBox": "0 0 100 4", "preserveAspectRatio": "none"}
    return tag(
        "svg",
        tag("rect", x=0, y=0, width=100, height=4, class_="track"),
        *drawn,
        class_="bar",
        aria_hidden="true",
        **view,
    )


def boxes(width: int, height: int, frames: Sequence[Sequence[float]]) -> Markup:
    """Draw dashed frames over a picture of width x height pixels.  frames: [x, y, w, h] in the picture's pixels."""
    margin = max(width, height) / 128
    drawn = [
        tag(
            "rect",
            x=_n(x - margin),
            y=_n(y - margin),
            width=_n(w + 2 * margin),
            height=_n(h + 2 * margin),
            rx=_n(margin),
        )
        for x, y, w, h in frames
    ]
    return tag("svg", *drawn, viewBox=f"0 0 {width} {height}", class_="frames", aria_hidden="true")


def swatch(colour: str) -> Markup:
    """Draw the sign of a class."""
    return tag("span", class_="swatch", style=f"--class:{colour}", aria_hidden="true")


def _place(across: float, up: float) -> Point:
    """Map shares of the axes (0..1) to the drawing."""
    return LEFT + across * (WIDTH - LEFT - RIGHT), TOP + (1 - up) * (HEIGHT - TOP - BOTTOM)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
