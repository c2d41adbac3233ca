"""What the Kubeflow UI shows of predictions on somebody's pictures: a summary, and a page of painted pictures."""

import html
import io
from collections.abc import Callable, Iterable, Sequence

from PIL import Image

from maskline.contract.artifact import Artifact, place, read_receipt
from maskline.contract.page.document import document
from maskline.contract.page.markup import Markup, tag
from maskline.contract.page.table import header
from maskline.contract.page.thumbnail import thumbnail
from maskline.contract.store import Store
from maskline.predict.plan import Plan

SHOWN = 24
"""So many pictures are on the page, spread evenly over all that were painted."""
LISTED = 50
"""So many files that could not be read are named, and so many remarks."""
OVERLAYS, PAINTED = "overlays/", ".png"


def summary(predictions: Artifact) -> str:
    """Return Markdown: how many pictures and instances, and which files could not be read."""
    figures = predictions.manifest.figures
    unreadable = [(fault["file_name"], fault["reason"]) for fault in figures["unreadable"]]
    remarks = [(remark["file_name"], remark["remark"]) for remark in figures["remarks"]["listed"]]
    lines = [f"# {_title(predictions)}", "", f"`{predictions.uri}`", ""]
    lines += _table(f"{len(unreadable)} files could not be read:", "reason", unreadable, len(unreadable))
    count = figures["remarks"]["count"]
    lines += _table(f"Remarks on pictures that were read, {count}:", "remark", remarks, count)
    return "\n".join(lines).rstrip() + "\n"


def _table(title: str, column: str, rows: Sequence[tuple[str, str]], count: int) -> list[str]:
    """Return the lines of a table of the first rows.  count: how many there are, listed or not."""
    if not rows:
        return []
    shown = [f"| {_cell(file_name)} | {_cell(text)} |" for file_name, text in rows[:LISTED]]
    more = [f"\nand {count - len(shown)} more"] if count > len(shown) else []
    return [title, "", f"| file | {column} |", "|---|---|", *shown, *more, ""]


def gallery(predictions: Artifact) -> str:
    """Return one HTML page, below a megabyte, with thumbnails of painted pictures."""
    painted = _painted(predictions.manifest.files)
    return _page(_title(predictions), predictions.uri, "", painted, predictions.read)


def handed_out(plan: Plan, store: Store, parts: int) -> tuple[str, str]:
    """Return summary and gallery of predictions that others go on with: of the first shard, which is done."""
    prefix = place("predictions", plan.name, plan.id)
    receipt = read_receipt(store, plan.id, plan.shards[0])
    files = {name: entry.key for name, entry in receipt.files.items()} if receipt else {}
    title, uri = f"Pictures handed out to {parts} pods", f"{store.uri}/{prefix}"
    note = f"These are of the first of {plan.count} shards. The predictions are complete once manifest.json is there."
    painted = _painted(files)
    page = _page(title, uri, note, painted, lambda name: store.read(f"{prefix}/{files[name]}"))
    return f"# {title}\n\n`{uri}`\n\n{note}\n", page


def _painted(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(OVERLAYS) and name.endswith(PAINTED))


def _page(title: str, uri: str, note: str, painted: Sequence[str], read: Callable[[str], bytes]) -> str:
    step = max(1, -(-len(painted) // SHOWN))
    figures = [_figure(name, read(name)) for name in painted[::step]]
    head = header("Maskline predictions", title, uri, note)
    return document(f"{title} \N{MIDDLE DOT} Maskline", head, tag("main", tag("div", *figures, class_="cases")))


def _figure(name: str, png: bytes) -> Markup:
    file_name = name.removeprefix(OVERLAYS).removesuffix(PAINTED)
    with Image.open(io.BytesIO(png)) as picture:
        shown = thumbnail(picture, file_name)
    return tag("figure", tag("div", shown, class_="panel"), tag("figcaption", file_name, class_="under"), class_="case")


def _title(predictions: Artifact) -> str:
    figures = predictions.manifest.figures
    return f"{figures['instances']} instances in {figures['images']} pictures"


def _cell(text: str) -> str:
    """Return text as it can stand in a row of a Markdown table."""
    return html.escape(text).replace("|", "\\|").replace("\n", " ")
