"""The report's gallery: truth beside prediction."""

from collections import Counter
from collections.abc import Sequence

from maskline.contract.categories import CategoryTable
from maskline.contract.page.charts import swatch
from maskline.contract.page.markup import Markup, tag
from maskline.strokes.evaluation.cases import Case
from maskline.strokes.evaluation.compare.families import NONE
from maskline.strokes.evaluation.compare.matching import IOU
from maskline.strokes.evaluation.gallery import Exhibit, Pair

LISTED = 4
"""So many kinds of mistakes of a sketch are told in words."""
UNDER = {"parts": ("Truth", "Prediction"), "objects": ("Truth, object by object", "Prediction, object by object")}


def gallery(title: str, text: str, exhibits: Sequence[Exhibit], table: CategoryTable, side: int) -> Markup:
    """Show some cases under a heading; nothing where there are none.  side: pixels of a picture at most."""
    if not exhibits:
        return Markup()
    shown = [_exhibit(exhibit, table, side) for exhibit in exhibits]
    return tag("section", tag("h2", title), tag("p", text), tag("div", *shown, class_="cases"))


def _exhibit(exhibit: Exhibit, table: CategoryTable, side: int) -> Markup:
    case, named = exhibit.case, {category.id: category for category in table.categories}
    classes = [named[number] for number in exhibit.categories]
    legend = [tag("li", swatch(category.colour), category.name) for category in classes]
    group = case.record.get("group", "")
    caption = tag(
        "figcaption",
        tag("p", tag("strong", _verdict(case)), f" \N{MIDDLE DOT} {_counts(case)}", class_="verdict"),
        *(tag("p", line, class_="detail") for line in _details(case, table)),
        tag("ul", *legend, class_="legend") if legend else Markup(),
        tag("p", tag("code", f"{case.record['file_name']}  {group}".rstrip()), class_="detail"),
    )
    return tag("figure", *(_pair(pair, side) for pair in exhibit.pairs), caption, class_="case")


def _pair(pair: Pair, side: int) -> Markup:
    both = zip((pair.truth, pair.found), UNDER[pair.what], strict=True)
    return tag("div", *(_panel(picture.at(side), under) for picture, under in both), class_="pair")


def _panel(picture: Markup, under: str) -> Markup:
    return tag("div", tag("div", picture, class_="panel"), tag("p", under, class_="under"))


def _verdict(case: Case) -> str:
    return f"{case.share_right:.0%} right" if case.known else "No labels"


def _counts(case: Case) -> str:
    said = f"{len(case.wrong)} of {case.known} strokes wrong" if case.wrong else f"all {case.known} strokes right"
    if len(case.objects) < 2:
        return said
    found = sum(one.iou >= IOU for one in case.objects)
    return f"{said}, {found} of {len(case.objects)} objects found"


def _details(case: Case, table: CategoryTable) -> list[str]:
    """Say what was taken for what, most strokes first."""
    names = {category.id: category.name for category in table.categories}
    lines = [
        f"Object {one.thing}, {names[one.category]}, is taken for {names[one.found_category]}"
        for one in case.objects
        if one.found_category not in (NONE, one.category)
    ]
    mistakes = Counter(
        "in another object" if one.why == "object" else f"{one.truth} taken for {one.found or 'nothing'}"
        for one in case.wrong
    )
    listed = mistakes.most_common()
    told = [f"{count} \N{MULTIPLICATION SIGN} {what}" for what, count in listed[:LISTED]]
    rest = sum(count for _, count in listed[LISTED:])
    lines += ["; ".join([*told, *([f"{rest} others"] if rest else [])])] if told else []
    return lines
