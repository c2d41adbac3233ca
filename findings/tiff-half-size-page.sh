#!/usr/bin/env bash
# tifffile: a second picture that is half as large as the first is no picture of the file any more, but a level of it.
# Seen on 2026-11-30.
# Packages: tifffile 2026.3.3, pillow 13.0.0.
# Input:    TIFFs of two grey pages without a word about each other: no SubIFDs, NewSubfileType 0, no metadata. The
#           second page holds other values than the first.
# Seen:     second page of 140 x 100        tifffile                          Pillow
#           70 x 50                         1 series of 2 levels              2 frames
#           69 x 51                         2 series                          2 frames
#           70 x 60                         2 series                          2 frames
#           Three pages of 140 x 100, 70 x 50 and 35 x 25 are one series of three levels. Who asks for the series of
#           such a file, or for imread, gets the first page, and nothing warns; pages are still there one by one.
# Matters:  micrographs of two magnifications, or a picture with a smaller one of its labels, are written like that.
#           Whether the second is found depends on a pixel of its size. `is_subifd` and `is_reduced` of its page are
#           both false: a reader that asks these has to go by pages, not by series.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(tifffile==2026.3.3 pillow==13.0.0)
if command -v uv >/dev/null; then
    uv venv -q "$work/venv"
    uv pip install -q --python "$work/venv/bin/python" "${packages[@]}"
else
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check "${packages[@]}"
fi
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys

import numpy
import tifffile
from PIL import Image

seen = {}
for sides in ((70, 50),), ((69, 51),), ((70, 60),), ((70, 50), (35, 25)):
    pages = ((140, 100), *sides)
    with tifffile.TiffWriter("pages.tif") as file:
        for value, (width, height) in enumerate(pages, 1):
            page = numpy.full((height, width), value, numpy.uint8)
            file.write(page, photometric="minisblack", metadata=None)
    with tifffile.TiffFile("pages.tif") as file:
        levels = [len(series.levels) for series in file.series]
        marked = [bool(page.is_reduced or page.is_subifd) for page in file.pages]
    with Image.open("pages.tif") as picture:
        seen[sides] = (levels, picture.n_frames, set(numpy.unique(tifffile.imread("pages.tif"))) == {1}, any(marked))
    print(sides, "levels of each series {}, frames {}, imread has the first page alone {}, marked {}".format(*seen[sides]))
if seen != {
    ((70, 50),): ([2], 2, True, False),
    ((69, 51),): ([1, 1], 2, True, False),
    ((70, 60),): ([1, 1], 2, True, False),
    ((70, 50), (35, 25)): ([3], 3, True, False),
}:
    sys.exit("CHANGED: what becomes of the second page is no longer what this script says")
PY
