"""Export as one call: which layout is written, with masks of which shape."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset
from maskline.pictures.exchange.config import PictureExport
from maskline.pictures.exchange.exporting.layouts import Shape, write_coco, write_seed

LAYOUTS = {"coco": write_coco, "seed": write_seed}


def export(dataset: Dataset, folder: Path, config: PictureExport) -> None:
    """Write the dataset into an empty folder.

    Masks are rle in `coco` unless told otherwise, and polygons in `seed`, which knows nothing else. Crowd regions stay
    RLE, as COCO has them.
    Pictures are held in memory a shard at a time, labels a split at a time.
    Raises InvalidInput if the layout has no such masks, if the dataset keeps no drawings, or if shapely or cairosvg is
    missing; Corrupt for damaged files.
    """
    if config.layout == "seed" and config.masks == "rle":
        raise InvalidInput("--layout seed knows polygons only, but --masks is rle")
    shape = _polygons() if config.layout == "seed" or config.masks == "polygons" else _rle
    LAYOUTS[config.layout](dataset, folder, shape)
    if config.drawings:
        _write_drawings(dataset, folder)


def _rle(annotation: Mapping[str, Any]) -> Any:
    return annotation["segmentation"]


def _write_drawings(dataset: Dataset, folder: Path) -> None:
    try:
        from maskline.pictures.exchange.exporting.drawings import write_drawings
    except ModuleNotFoundError as fault:
        raise InvalidInput(f"drawings need {fault.name}: install maskline-pictures with its extra 'export'") from None
    write_drawings(dataset, folder)


def _polygons() -> Shape:
    try:
        from maskline.pictures.exchange.exporting.polygons import polygons
    except ModuleNotFoundError as fault:
        raise InvalidInput(f"polygons need {fault.name}: install maskline-pictures with its extra 'export'") from None
    return lambda one: one["segmentation"] if one["iscrowd"] else polygons(one["segmentation"])
