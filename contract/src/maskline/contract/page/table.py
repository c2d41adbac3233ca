"""Tables and headings of pages."""

from collections.abc import Sequence

from maskline.contract.page.markup import Markup, tag


def header(eyebrow: str, title: str, where: str, lead: str) -> Markup:
    """Return the head of a page.  where: names or a URI.  lead: a sentence that says what the page shows."""
    return tag(
        "header",
        tag("p", eyebrow, class_="eyebrow"),
        tag("h1", title),
        tag("p", tag("code", where), class_="names"),
        tag("p", lead, class_="lead"),
    )


def table(caption: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    """Return a table whose first column names its rows."""
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    return tag("div", tag("table", tag("caption", caption), head, tag("tbody", *rows)), class_="wide")


def row(name: Markup, cells: Sequence[str], kind: str | None = None) -> Markup:
    """Return one row of it."""
    return tag("tr", tag("th", name, scope="row"), *(tag("td", cell) for cell in cells), class_=kind)
