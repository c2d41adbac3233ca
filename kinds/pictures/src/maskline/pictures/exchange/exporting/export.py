"""Export as one call: which layout is written, with masks of which shape."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.exchange import Predicted
from maskline.contract.shard import Dataset
from maskline.pictures.exchange.config import PictureExport
from maskline.pictures.exchange.exporting.label_pictures import write_labels
from maskline.pictures.exchange.exporting.layouts import Shape, write_coco, write_seed
from maskline.pictures.exchange.exporting.submissions import write_csv, write_json

LAYOUTS = {"coco": write_coco, "seed": write_seed}


LABELS = "labels"
SUBMISSIONS: Mapping[str, Callable[[Predicted, Path, PictureExport], list[str]]] = {
    "submission-json": write_json,
    "kaggle": write_csv,
}


def submit(predicted: Predicted, folder: Path, config: PictureExport) -> list[str]:
    """Write what was predicted as a contest takes it; return what is to be noted.  Raises InvalidInput."""
    return SUBMISSIONS[config.layout](predicted, folder, config)


def export(dataset: Dataset, folder: Path, config: PictureExport) -> list[str]:
    """Write the dataset into an empty folder; return what the layout cannot tell, one line each.

    Masks are rle in `coco` unless told otherwise, and polygons in `seed`, which knows nothing else. Crowd regions stay
    RLE, as COCO has them.
    Pictures are held in memory a shard at a time, labels a split at a time.
    Raises InvalidInput if the layout has no such masks, if the dataset keeps no drawings, or if shapely or cairosvg is
    missing; Corrupt for damaged files.
    """
    if config.layout == "seed" and config.masks == "rle":
        raise InvalidInput("--layout seed knows polygons only, but --masks is rle")
    if config.layout == LABELS and config.masks:
        raise InvalidInput(f"--layout {LABELS} writes masks as numbers, but --masks is {config.masks}")
    notes = write_labels(dataset, folder) if config.layout == LABELS else []
    if config.layout in LAYOUTS:
        shape = _polygons() if config.layout == "seed" or config.masks == "polygons" else _rle
        LAYOUTS[config.layout](dataset, folder, shape)
    if config.drawings:
        _write_drawings(dataset, folder)
    return notes


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
