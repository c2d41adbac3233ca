"""What the Kubeflow UI shows of predictions on somebody's pictures: a summary, and a page of painted pictures."""

import base64
import html
import io
from collections.abc import Iterator

from PIL import Image

from maskline.contract.artifact import Artifact

SHOWN = 24
"""So many pictures are on the page, spread evenly over all that were painted."""
LISTED = 50
"""So many files that could not be read are named."""
SIDE_PX = 360
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Predictions</title>
<style>
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); gap: 1rem; }}
figure {{ margin: 0; }} img {{ width: 100%; border: 1px solid #ddd; }} figcaption {{ overflow-wrap: anywhere; }}
</style>
<h1>{title}</h1><p>{uri}</p>
<main>{figures}</main>
</html>
"""


def summary(predictions: Artifact) -> str:
    """Return Markdown: how many pictures and instances, and which files could not be read."""
    figures = predictions.manifest.figures
    unreadable = figures["unreadable"]
    lines = [f"# {_title(predictions)}", "", f"`{predictions.uri}`", ""]
    if unreadable:
        lines += [f"{len(unreadable)} files could not be read:", "", "| file | reason |", "|---|---|"]
        lines += [f"| {_cell(fault['file_name'])} | {_cell(fault['reason'])} |" for fault in unreadable[:LISTED]]
        lines += [f"\nand {len(unreadable) - LISTED} more"] if len(unreadable) > LISTED else []
    return "\n".join(lines).rstrip() + "\n"


def gallery(predictions: Artifact) -> str:
    """Return one HTML page, well below 5 MB, with thumbnails of painted pictures."""
    figures = "".join(
        f'<figure><img alt="" src="data:image/jpeg;base64,{base64.b64encode(data).decode()}">'
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name, data in _thumbnails(predictions)
    )
    return _PAGE.format(title=_title(predictions), uri=html.escape(predictions.uri), figures=figures)


def _title(predictions: Artifact) -> str:
    figures = predictions.manifest.figures
    return f"{figures['instances']} instances in {figures['images']} pictures"


def _thumbnails(predictions: Artifact) -> Iterator[tuple[str, bytes]]:
    painted = sorted(name for name in predictions.manifest.files if name.startswith("overlays/"))
    step = max(1, -(-len(painted) // SHOWN))
    for name in painted[::step]:
        with Image.open(io.BytesIO(predictions.read(name))) as picture:
            small = picture.convert("RGB")
        small.thumbnail((SIDE_PX, SIDE_PX))
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=85, subsampling=0)
        yield name.removeprefix("overlays/").removesuffix(".png"), buffer.getvalue()


def _cell(text: str) -> str:
    """Return text as it can stand in a row of a Markdown table."""
    return html.escape(text).replace("|", "\\|").replace("\n", " ")
