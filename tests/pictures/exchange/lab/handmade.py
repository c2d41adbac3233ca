"""Files of other layouts, written by hand, and what becomes of them."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tifffile
from PIL import Image

from maskline.contract.artifact import Artifact
from maskline.contract.coco import rle
from maskline.contract.coco.rle import Mask
from maskline.contract.kind.exchange import ImportConfig
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

Found = dict[str, list[tuple[str, Mask]]]
"""By the picture's name in the dataset: the category and the mask of each instance."""


def png(values: npt.NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "PNG")
    return buffer.getvalue()


def tiff(values: npt.NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def grid(text: str) -> npt.NDArray[np.uint8]:
    """A label picture as it is written: one digit a pixel, a row a word."""
    return np.array([[int(digit) for digit in row] for row in text.split()], np.uint8)


def grey(shape: tuple[int, int], value: int = 100) -> bytes:
    return png(np.full(shape, value, np.uint8))


def write(place: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder `theirs`, and return it."""
    for name, data in files.items():
        path = place / "theirs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return place / "theirs"


def take(store: DirectoryStore, source: Path, split: str = "train", **options: Any) -> Artifact:
    """Import a source with its own categories, unless told otherwise."""
    known = {name: options.pop(name) for name in ("table", "categories", "images") if name in options}
    given: dict[str, Any] = {"sources": (str(source),), "name": "theirs", "split": split, "categories": "own"} | known
    return run(ImportConfig(**given), store, options)


def samples(dataset: Artifact, split: str = "train") -> list[Sample]:
    opened = Dataset(dataset)
    return [sample for shard in opened.shards(split) for sample in opened.samples(shard)]


def found(dataset: Artifact, split: str = "train") -> Found:
    names = {category.id: category.name for category in dataset.manifest.categories.categories}
    return {
        sample.image["file_name"]: [
            (names[one["category_id"]], rle.decode(one["segmentation"])) for one in sample.annotations
        ]
        for sample in samples(dataset, split)
    }


def remarks(dataset: Artifact) -> list[str]:
    listed: list[str] = dataset.manifest.figures["remarks"]["listed"]
    return listed
