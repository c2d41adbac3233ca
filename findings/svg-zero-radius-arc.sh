#!/usr/bin/env bash
# Five readers of one SVG path find three different strokes. Seen on 2026-11-30.
#
# Packages: svgpathtools 1.8.0, svg.path 7.1, picosvg 0.23.0, svgelements 1.9.6, fonttools 4.68.0.
# Input:    M0 0 A0 5 0 0 1 10 10 L20 10
#           SVG allows an arc with a radius of 0 and says that it is a straight line to the arc's end. So
#           this stroke is (0,0), (10,10), (20,10), and its length is sqrt(200) + 10 = 24.142.
# Seen:     svgpathtools, svg.path, picosvg    24.142    the arc is a line
#           svgelements                        10.000    the arc is there, but has no length: a point at 1 %
#                                                        of the stroke is already past its end, at (10.1,10)
#           fontTools                          22.361    the arc is gone, its end (10,10) too: what follows
#                                                        is drawn straight from (0,0)
#           Only svgpathtools gives a warning.
# Matters:  a program that computes its radii writes such an arc when one comes out as 0. Who samples a stroke
#           evenly with svgelements gets no point there, and fontTools draws another shape. No error tells.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(svgpathtools==1.8.0 svg.path==7.1 picosvg==0.23.0 svgelements==1.9.6 fonttools==4.68.0)
if command -v uv >/dev/null; then
    uv venv -q "$work/venv"
    uv pip install -q --python "$work/venv/bin/python" "${packages[@]}"
else
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check "${packages[@]}"
fi
cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import svg.path
import svgelements
import svgpathtools
from fontTools.pens.perimeterPen import PerimeterPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from picosvg.svg_types import SVGPath

stroke = "M0 0 A0 5 0 0 1 10 10 L20 10"
perimeter, drawn = PerimeterPen(), RecordingPen()
parse_path(stroke, perimeter)
parse_path(stroke, drawn)
elements = svgelements.Path(stroke)
lines = SVGPath(d=stroke).arcs_to_cubics().d
lengths = {
    "svgpathtools": svgpathtools.parse_path(stroke).length(),
    "svg.path": svg.path.parse_path(stroke).length(),
    "picosvg": svgpathtools.parse_path(lines).length(),
    "svgelements": elements.length(),
    "fontTools": perimeter.value,
}
for name, length in lengths.items():
    print(f"{name:13}{length:.3f}")
start = elements.point(0.01)
print(f"picosvg writes {lines}; svgelements at 1 %: ({start.x:g},{start.y:g}); fontTools draws {drawn.value}")
expected = dict.fromkeys(("svgpathtools", "svg.path", "picosvg"), 24.142) | {"svgelements": 10.0, "fontTools": 22.361}
if {name: round(length, 3) for name, length in lengths.items()} != expected:
    sys.exit("CHANGED: the lengths of the stroke are no longer those in this script")
PY
