"""Export as one call: a sealed dataset becomes a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset
from maskline.render.exporting.folder import new_folder
from maskline.render.exporting.layouts import Shape, write_coco, write_seed

Masks = Literal["rle", "polygons"]
Layout = Literal["coco", "seed"]


def export(
    artifact: Artifact, place: Path, layout: Layout = "coco", masks: Masks | None = None, *, drawings: bool = False
) -> None:
    """Write the dataset to `place`, which is there as a whole or not at all.

    masks: how they are written; None is rle in `coco`, and polygons in `seed`, which knows nothing else. Crowd regions
    stay RLE, as COCO has them.
    drawings: write the SVG documents that the dataset keeps too, and what they show in colour.
    Pictures are held in memory a shard at a time, labels a split at a time.
    Raises InvalidInput if something is at `place`, if the layout has no such masks, if the dataset keeps no drawings,
    or if shapely or cairosvg is missing; Corrupt for damaged files.
    """
    if layout == "seed" and masks == "rle":
        raise InvalidInput("--layout seed knows polygons only, but --masks is rle")
    write = {"coco": write_coco, "seed": write_seed}[layout]
    shape = _polygons() if layout == "seed" or masks == "polygons" else _rle
    with new_folder(place) as folder:
        write(Dataset(artifact), folder, shape)
        if drawings:
            _write_drawings(Dataset(artifact), folder)


def _rle(annotation: Mapping[str, Any]) -> Any:
    return annotation["segmentation"]


def _write_drawings(dataset: Dataset, folder: Path) -> None:
    try:
        from maskline.render.exporting.drawings import write_drawings
    except ModuleNotFoundError as fault:
        raise InvalidInput(f"drawings need {fault.name}: install maskline-render with its extra 'export'") from None
    write_drawings(dataset, folder)


def _polygons() -> Shape:
    try:
        from maskline.render.exporting.polygons import polygons
    except ModuleNotFoundError as fault:
        raise InvalidInput(f"polygons need {fault.name}: install maskline-render with its extra 'export'") from None
    return lambda one: one["segmentation"] if one["iscrowd"] else polygons(one["segmentation"])
