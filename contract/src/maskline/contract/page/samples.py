"""What a dataset looks like: a dozen samples beside their masks, and how many instances of each class there are."""

from collections.abc import Iterator, Mapping

from maskline.contract.categories import CategoryTable
from maskline.contract.page.charts import swatch
from maskline.contract.page.document import document
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import header, row, table
from maskline.contract.page.thumbnail import thumbnail
from maskline.contract.preview.preview import Preview
from maskline.contract.shard import Sample

SHOWN = 12
Counts = Mapping[str, Mapping[str, int]]
"""Split -> class -> instances."""


def samples_page(name: str, lead: str, shown: Preview, instances: Counts) -> str:
    """Return the page.  name: `<preset>-<id>`.  lead: what is counted and shown, in a sentence."""
    categories = shown.categories
    title = f"Dataset {name.rpartition('-')[0]}"
    counts = table("Instances of each class.", ["class", *instances], list(_counts(categories, instances)))
    pictures = tag("div", *(_pair(sample, shown) for sample in shown.samples[:SHOWN]), class_="cases")
    return document(
        f"{title} \N{MIDDLE DOT} Maskline",
        header(f"Maskline dataset \N{MIDDLE DOT} {categories.domain}", title, name, lead),
        tag("section", tag("h2", "What is in it"), counts),
        tag("section", tag("h2", "What it looks like"), pictures),
    )


def _counts(categories: CategoryTable, instances: Counts) -> Iterator[Markup]:
    for category in categories.categories:
        cells = [f"{counts.get(category.name, 0):,}" for counts in instances.values()]
        yield row(join(swatch(category.colour), category.name), cells)
    yield row(join("all"), [f"{sum(counts.values()):,}" for counts in instances.values()], "all")


def _pair(sample: Sample, shown: Preview) -> Markup:
    name = str(sample.image["file_name"])
    panels = [
        tag("div", thumbnail(picture, f"{name}, {what}"), class_="panel")
        for picture, what in zip(
            shown.kind.painted(sample, shown.categories), ("the picture", "its instances"), strict=True
        )
    ]
    told = (shown.kind.size(sample.image), f"{len(sample.annotations)} instances", str(sample.image["group"]))
    caption = ", ".join(filter(None, told))
    return tag("figure", tag("div", *panels, class_="pair"), tag("figcaption", caption, class_="under"), class_="case")
