"""The page: a volume, reduced where it is large, its instances, and the script that shows them."""

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from maskline.contract.categories import CategoryTable
from maskline.contract.page.document import document
from maskline.contract.page.markup import Markup, join, tag
from maskline.contract.page.table import header
from maskline.volumes.bricks.statistics import statistics_of
from maskline.volumes.painting import colour, grey
from maskline.volumes.records import records
from maskline.volumes.viewer.controls import controls, details, planes
from maskline.volumes.viewer.reduction import means, middles, step_of
from maskline.volumes.voxels import InMemory, Voxels

LEVEL = 6
SCRIPTS = ("volume.js", "planes.js", "instances.js", "page.js")
"""One after another they are the page's script."""
TOLD = ("instance", "category_id", "score", "area", "centroid")


def viewer_page(
    name: str,
    raw: Voxels,
    labels: Voxels | None,
    results: Sequence[Mapping[str, Any]],
    categories: CategoryTable,
    voxel_size_a: Sequence[float] | None,
) -> str:
    """Return one HTML document of at most some 6 MB in which a volume is looked through, with its instances.

    labels: the instance of each voxel, 0 for none; None: there are none to show.  results: those of these instances.
    voxel_size_a: along z, y, x, in angstrom; None: unknown.  What is larger than 256 voxels along a side, or than 4 Mi
    voxels, is shown reduced by a whole number, and the page says so: grey is a mean, a label that of a voxel.
    """
    step = step_of(raw.shape)
    values = means(raw, step)
    _, _, low, high = statistics_of(InMemory(values))
    told = {
        "shape": values.shape,
        "voxels": raw.shape,
        "step": step,
        "size": voxel_size_a,
        "low": low,
        "high": high,
        "labelled": labels is not None,
        "classes": {
            category.id: {"name": category.name, "colour": category.colour} for category in categories.categories
        },
        "instances": [{field: one[field] for field in TOLD} | {"colour": colour(one["instance"])} for one in results],
    }
    data = [_packed("told", json.dumps(told).encode()), _packed("greys", grey(values, low, high).tobytes())]
    if labels is not None:
        data.append(_packed("labels", middles(labels, step).astype("<u4").tobytes()))
    size = records.size({"shape": raw.shape, "voxel_size_a": voxel_size_a})
    own = files("maskline.volumes.viewer")
    return document(
        f"{name} \N{MIDDLE DOT} Maskline",
        header(f"Maskline volume \N{MIDDLE DOT} {categories.domain}", name, size, _lead(step, labels, results)),
        tag(
            "main",
            planes(),
            controls(labelled=labels is not None),
            details(labelled=labels is not None),
            id="viewer",
            hidden="hidden",
        ),
        tag("p", "This page needs JavaScript.", id="state", role="status"),
        *data,
        style=own.joinpath("page.css").read_text("utf-8"),
        script=join(*(Markup(own.joinpath(script).read_text("utf-8")) for script in SCRIPTS)),
    )


def _lead(step: int, labels: Voxels | None, results: Sequence[Mapping[str, Any]]) -> str:
    """Say how many instances there are, and what is shown of the volume."""
    counted = "" if labels is None else f"{len(results):,} instances. "
    if step == 1:
        return f"{counted}Every voxel is shown."
    cube = " \N{MULTIPLICATION SIGN} ".join([str(step)] * 3)
    told = f"greys are means of {cube} voxels"
    if labels is not None:
        told += ", labels those of the voxel in the middle"
    return f"{counted}Every {_ordinal(step)} voxel of each side is shown: {told}."


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"


def _packed(name: str, data: bytes) -> Markup:
    """Return bytes as a part of the page that no browser runs."""
    text = b64encode(zlib.compress(data, LEVEL)).decode("ascii")
    return tag("script", Markup(text), type="text/plain", id=name)
