"""The report's gallery: truth beside prediction."""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence

from maskline.contract.categories import CategoryTable
from maskline.contract.page.charts import boxes, swatch
from maskline.contract.page.markup import Markup, tag
from maskline.pictures.evaluation.agreement.overlap import Annotation
from maskline.pictures.evaluation.cases import Case
from maskline.pictures.evaluation.gallery import Exhibit

REASONS = {"rough": "rough mask", "mistaken": "other class", "unseen": "not seen"}


def gallery(title: str, text: str, exhibits: Sequence[Exhibit], table: CategoryTable) -> Markup:
    """Show some cases under a heading, with the colours of the classes; nothing where there are none."""
    if not exhibits:
        return Markup()
    legend = [tag("li", swatch(category.colour), category.name) for category in table.categories]
    names = {category.id: category.name for category in table.categories}
    return tag(
        "section",
        tag("h2", title),
        tag("p", text),
        tag("ul", *legend, class_="legend"),
        tag("div", *(_exhibit(exhibit, names) for exhibit in exhibits), class_="cases"),
    )


def _exhibit(exhibit: Exhibit, names: Mapping[int, str]) -> Markup:
    case = exhibit.case
    file = str(case.image["file_name"])
    missed = [miss.truth for miss in case.misses]
    panels = tag(
        "div",
        _panel("Truth", f"{file}, truth: {_list(case.truths, names)}", exhibit.truth, case, missed),
        _panel(
            "Prediction",
            f"{file}, prediction: {_list(case.detections, names)}",
            exhibit.prediction,
            case,
            case.false_alarms,
        ),
        class_="pair",
    )
    counts = f"{len(case.hits)} found, {len(case.misses)} missed, {_plural(len(case.false_alarms), 'false alarm')}"
    caption = tag(
        "figcaption",
        tag("p", tag("strong", f"F1 {case.f1:.2f}"), f" \N{MIDDLE DOT} {counts}", class_="verdict"),
        *(tag("p", line, class_="detail") for line in _details(case, names)),
        tag("p", tag("code", _described(case)), class_="detail"),
    )
    return tag("figure", panels, caption, class_="case")


def _panel(name: str, description: str, jpeg: bytes, case: Case, framed: Sequence[Annotation]) -> Markup:
    width, height = int(case.image["width"]), int(case.image["height"])
    source = f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"
    picture = tag("img", src=source, alt=description, width=width, height=height)
    frames = boxes(width, height, [annotation["bbox"] for annotation in framed])
    return tag("div", tag("div", picture, frames, class_="panel"), tag("p", name, class_="under"))


def _described(case: Case) -> str:
    """Name the picture: its file, and what it must not share a split with, which for a molecule is its SMILES."""
    group = case.image.get("group", "")
    return f"{case.image['file_name']}  {group}".rstrip()


def _details(case: Case, names: Mapping[int, str]) -> list[str]:
    missed = Counter(f"{names[miss.truth['category_id']]} ({REASONS[miss.cause]})" for miss in case.misses)
    invented = Counter(names[alarm["category_id"]] for alarm in case.false_alarms)
    lines = [("Missed", missed), ("False alarms", invented)]
    return [f"{title}: {_counted(counts)}" for title, counts in lines if counts]


def _list(annotations: Sequence[Annotation], names: Mapping[int, str]) -> str:
    return _counted(Counter(names[annotation["category_id"]] for annotation in annotations)) or "nothing"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} \N{MULTIPLICATION SIGN} {name}" for name, count in counts.most_common())


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
