"""Draw docs/training.md's picture of a training: its learning curves, as the report draws them, by day and by night.

usage: learning_curves.py FOLDER     a folder with a checkpoint's log.jsonl, as `maskline artifacts fetch` leaves it
"""

import json
import sys
from pathlib import Path

from maskline.contract.page import charts
from maskline.contract.page.learning import LOG, course, series
from maskline.contract.page.markup import Markup, tag

PICTURE = Path(__file__).parents[1] / "images" / "training" / "curves.svg"
GAP = 12.0
CAPTION = 20.0
STYLE = """
text { font: 11px system-ui, sans-serif; fill: #66625b; } .name { fill: #1d1c1a; }
.rule { stroke: #e3dfd6; } .curve { fill: none; stroke: #0b6477; stroke-width: 2; } .dot { fill: #1d1c1a; }
@media (prefers-color-scheme: dark) {
  text { fill: #a5a098; } .name { fill: #eae7e1; }
  .rule { stroke: #33373c; } .curve { stroke: #7cc7d8; } .dot { fill: #eae7e1; }
}
"""


def drawn(log: str) -> Markup:
    """Return one SVG with a chart for every series of a log."""
    found = series([json.loads(line) for line in log.splitlines()])
    last = max(step for points in found.values() for step, _ in points)
    parts = []
    for place, (name, points) in enumerate(found.items()):
        said, chart = course(name, points, last)
        left = place * (charts.WIDTH + GAP)
        parts += [
            tag("text", name, x=left, y=CAPTION - 8, class_="name"),
            tag("text", said, x=left + charts.WIDTH - charts.RIGHT, y=CAPTION - 8, text_anchor="end"),
            tag("svg", chart, x=left, y=CAPTION, width=charts.WIDTH, height=charts.HEIGHT),
        ]
    return sheet(parts, len(found) * (charts.WIDTH + GAP) - GAP, charts.HEIGHT + CAPTION)


def sheet(parts: list[Markup], width: float, height: float) -> Markup:
    """Return a picture of its own, of so many pixels, made of charts and their captions."""
    size = f"0 0 {width:g} {height:g}"
    return tag("svg", tag("style", Markup(STYLE)), *parts, xmlns="http://www.w3.org/2000/svg", viewBox=size)


def main() -> None:
    """Draw."""
    (folder,) = sys.argv[1:]
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn((Path(folder) / LOG).read_text("utf-8")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
