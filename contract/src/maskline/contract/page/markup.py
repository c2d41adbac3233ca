"""HTML and SVG without a template engine: text is escaped unless it is markup already."""

from html import escape


class Markup(str):
    """Text that is HTML; everything else given to `tag` is escaped."""

    __slots__ = ()


VOID = frozenset({"meta", "img", "input", "line", "rect", "circle", "path", "polyline"})


def tag(name: str, /, *children: str | float, **attributes: str | float | None) -> Markup:
    """Return `<name attributes>children</name>`.

    attributes: `class_` gives class, `stroke_width` gives stroke-width; None leaves one out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{written}>" if name in ("meta", "img", "input") else f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*parts: str | float) -> Markup:
    """Return the parts one after another, escaped where they are not markup."""
    return Markup("".join(part if isinstance(part, Markup) else escape(str(part)) for part in parts))
