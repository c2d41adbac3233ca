#!/usr/bin/env bash
# Datumaro reads a COCO file and writes it as COCO: an outline is now a filled square, or no object at all.
# Seen on 2026-11-30.
# Packages: datumaro 1.13.12, pycocotools 2.0.11.
# Input:    one object, an outline 80 pixels wide and 1 pixel thick: a run-length mask of 316 pixels with
#           iscrowd 0. pycocotools reads it, and a prediction equal to it has an AP of 1.
# Seen:     segmentation_mode    pixels    iscrowd    AP of the true outline
#           (not rewritten)         316          0     1
#           guess, the default     6241          0     0     the mask became the polygon around it
#           polygons               6241          0     0     the same
#           mask                    316          1    -1     the mask is kept, but as a crowd: nothing to find
#           No mode keeps both. With iscrowd 1 in the input, guess keeps the mask as it was.
# Matters:  a hand-drawn object is often a closed line. Its box is the same before and after, so counts and
#           boxes show nothing, and nothing warns; masks and what is measured on them are wrong.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(datumaro==1.13.12 pycocotools==2.0.11)
if command -v uv >/dev/null; then
    uv venv -q "$work/venv"
    uv pip install -q --python "$work/venv/bin/python" "${packages[@]}"
else
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q --disable-pip-version-check "${packages[@]}"
fi
cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
import contextlib, io, json, os, sys

import numpy
from datumaro import Dataset
from PIL import Image
from pycocotools import mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

ring = numpy.zeros((100, 100), numpy.uint8, order="F")
ring[10:90, 10:90], ring[11:89, 11:89] = 1, 0
runs = mask.encode(ring) | {"counts": mask.encode(ring)["counts"].decode()}
outline = {"image_id": 1, "category_id": 1, "segmentation": runs, "bbox": [10, 10, 80, 80]}
for folder in "annotations", "images/train":
    os.makedirs(f"given/{folder}")
Image.new("RGB", (100, 100)).save("given/images/train/a.png")
with open("given/annotations/instances_train.json", "w") as file:
    json.dump({"images": [{"id": 1, "file_name": "a.png", "width": 100, "height": 100}],
               "categories": [{"id": 1, "name": "box"}],
               "annotations": [outline | {"id": 1, "iscrowd": 0, "area": 316}]}, file)
seen = {}
for mode in "given", "guess", "polygons", "mask":
    with contextlib.redirect_stdout(io.StringIO()):
        if mode != "given":
            Dataset.import_from("given", "coco_instances").export(mode, "coco_instances", segmentation_mode=mode)
        truth = COCO(f"{mode}/annotations/instances_train.json")
        (annotation,) = truth.dataset["annotations"]
        evaluation = COCOeval(truth, truth.loadRes([outline | {"score": 1.0}]), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    seen[mode] = (int(truth.annToMask(annotation).sum()), annotation["iscrowd"], round(float(evaluation.stats[0]), 3))
    print("{:10}{} pixels, iscrowd {}, AP {:g}, box {}".format(mode, *seen[mode], annotation["bbox"]))
if seen != {"given": (316, 0, 1), "guess": (6241, 0, 0), "polygons": (6241, 0, 0), "mask": (316, 1, -1)}:
    sys.exit("CHANGED: what is written of the outline is no longer what this script says")
PY
