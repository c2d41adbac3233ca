#!/usr/bin/env bash
# Two functions of svgpathtools give the strokes of one SVG file in two orders, neither of them the file's.
# Seen on 2026-11-30.
#
# Packages: svgpathtools 1.8.0; svgelements 1.9.6 reads the same file in order.
# Input:    eight upright strokes, numbered by their x from 1 to 8 as the file has them:
#           a line, a path, a polyline, a group (a path, a group with a path, a path), a group with a path, a path.
# Seen:     svgelements               1 2 3 4 5 6 7 8
#           svgpathtools svg2paths    2 4 5 6 7 8 3 1    every path first, then the polyline, the line last
#           svgpathtools Document     2 8 1 3 7 4 6 5    what is in no group first, by kind; then the groups,
#                                                        the last one first, an inner group after the rest
# Matters:  in a drawing the order of the elements is the order of drawing, and what lies over what. A list
#           of labels or times beside the strokes goes to the wrong ones. A file of paths alone, without
#           groups, comes in order, so a first try does not show it. Nothing warns.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(svgpathtools==1.8.0 svgelements==1.9.6)
if command -v uv >/dev/null; then
    uv venv -q "$work/venv"
    uv pip install -q --python "$work/venv/bin/python" "${packages[@]}"
else
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check "${packages[@]}"
fi
cd "$work"
cat >strokes.svg <<'SVG'
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">
  <line x1="1" y1="0" x2="1" y2="9"/>
  <path d="M2 0V9"/>
  <polyline points="3,0 3,9"/>
  <g><path d="M4 0V9"/><g><path d="M5 0V9"/></g><path d="M6 0V9"/></g>
  <g><path d="M7 0V9"/></g>
  <path d="M8 0V9"/>
</svg>
SVG
"$work/venv/bin/python" - <<'PY'
import sys

import svgelements
import svgpathtools

shapes = (element for element in svgelements.SVG.parse("strokes.svg").elements() if isinstance(element, svgelements.Shape))
seen = {
    "svgelements": [svgelements.Path(shape).first_point.x for shape in shapes],
    "svg2paths": [path.start.real for path in svgpathtools.svg2paths("strokes.svg")[0]],
    "Document": [path.start.real for path in svgpathtools.Document("strokes.svg").paths()],
}
seen = {name: " ".join(f"{x:g}" for x in order) for name, order in seen.items()}
for name, order in seen.items():
    print(f"{name:13}{order}")
if seen != {"svgelements": "1 2 3 4 5 6 7 8", "svg2paths": "2 4 5 6 7 8 3 1", "Document": "2 8 1 3 7 4 6 5"}:
    sys.exit("CHANGED: the orders of the strokes are no longer those in this script")
PY
