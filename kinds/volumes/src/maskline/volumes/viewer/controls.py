"""What the page's script fills and listens to."""

from maskline.contract.page.markup import Markup, tag

PLANES = (("z", "x to the right, y down"), ("x", "z to the right, y down"), ("y", "x to the right, z down"))
"""Axis that a plane lies across, in the order of the page, and which way it is seen."""
KEYS = "arrow keys move the cross, page up and page down the plane, enter selects"
HEADS = {"instance": "no.", "class": "class", "score": "score", "area": "voxels", "volume": "nm\N{SUPERSCRIPT THREE}"}


def planes() -> Markup:
    """Return three planes of one scale, each with its slider."""
    return tag("div", *(_plane(axis, seen) for axis, seen in PLANES), class_="planes", id="planes")


def _plane(axis: str, seen: str) -> Markup:
    picture = tag(
        "canvas", id=f"plane-{axis}", tabindex=0, role="img", aria_label=f"Plane across {axis}, {seen}; {KEYS}"
    )
    told = tag("output", id=f"at-{axis}", for_=f"slider-{axis}")
    slider = _range(f"slider-{axis}", 0, 0, 0)
    name = tag("label", tag("b", axis), " ", told, for_=f"slider-{axis}")
    return tag("figure", picture, tag("figcaption", name, slider), class_=f"plane {axis}")


def controls(*, labelled: bool) -> Markup:
    """Return how the planes are shown, and a bar as long as it says.  labelled: there are instances over them."""
    black = tag("label", "black", _range("black", 0, 254, 0))
    white = tag("label", "white", _range("white", 1, 255, 255))
    shown = []
    if labelled:
        choices = [
            tag(
                "label", tag("input", type="radio", name="mode", value=mode, checked="checked" if first else None), mode
            )
            for mode, first in (("filled", True), ("outlines", False), ("none", False))
        ]
        fieldset = tag("fieldset", tag("legend", "instances"), *choices)
        shown = [fieldset, tag("label", "opacity", _range("opacity", 0, 100, 40))]
    return tag("div", *shown, black, white, tag("p", id="scale"), class_="controls")


def details(*, labelled: bool) -> Markup:
    """Return what is told of the cross and of an instance, and the list of instances."""
    cross = tag("p", id="cross")
    if not labelled:
        return cross
    heads = [
        tag("th", tag("button", text, type="button", data_key=key), scope="col", class_=key)
        for key, text in HEADS.items()
    ]
    rows = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", id="list"))
    selected = tag("div", tag("h2", "Selected"), cross, tag("dl", id="selected", class_="facts", aria_live="polite"))
    listed = tag("div", tag("h2", "Instances"), tag("p", id="listed"), tag("div", rows, class_="list", tabindex=0))
    return tag("div", selected, listed, tag("div", id="tip", hidden="hidden"), class_="details")


def _range(name: str, least: int, most: int, value: int) -> Markup:
    return tag("input", type="range", id=name, min=least, max=most, value=value)
