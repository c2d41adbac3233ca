"""A small COCO dataset, as somebody else would bring it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.kind.exchange import ImportConfig
from maskline.contract.picture import encode_png
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

SHAPES = CategoryTable(
    domain="shapes",
    policy="plain",
    categories=(Category(id=1, name="square", colour="#ff0000"), Category(id=2, name="ring", colour="#0000ff")),
)
HEIGHT, WIDTH = 40, 60


class Theirs:
    """Two pictures of 60 x 40 px: one with a square and a ring, one with a ring."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.coco: dict[str, Any] = {
            "images": [
                {"id": 7, "file_name": "a.png", "width": WIDTH, "height": HEIGHT},
                {"id": 9, "file_name": "b.png", "width": WIDTH, "height": HEIGHT, "group": "second", "note": "kept"},
            ],
            "annotations": [
                annotation(1, 7, "square", 5, 5),
                annotation(2, 9, "ring", 20, 20, keypoints=[1.5, 2.5]),
                annotation(3, 7, "ring", 30, 10),
            ],
            "categories": [{"id": 1, "name": "square"}, {"id": 2, "name": "ring"}],
        }
        self.pictures = {"a.png": picture(1), "b.png": picture(2)}

    def write(self, name: str = "instances.json", images: str = "images") -> Path:
        """Write the document, and the pictures in a folder beside it; return the folder."""
        for path, data in {name: json.dumps(self.coco).encode()}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(data)
        for path, data in self.pictures.items():
            (self.folder / images / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / images / path).write_bytes(data)
        return self.folder

    def imported(self, store: DirectoryStore, *sources: Path, **options: Any) -> Artifact:
        """Import the sources, or what is written here, into the split `val` unless told otherwise."""
        places = tuple(str(source) for source in sources) or (str(self.write()),)
        given: dict[str, Any] = {"sources": places, "name": "theirs", "split": "val", "table": SHAPES} | options
        return run(ImportConfig(**given), store)


def annotation(key: int, image: int, kind: str, x: int, y: int, **more: Any) -> dict[str, Any]:
    """A square of 10 px with its top left corner at (x, y); a ring is one with a hole of 4 px in its middle."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y : y + 10, x : x + 10] = True
    mask[y + 3 : y + 7, x + 3 : x + 7] = kind == "square"
    shape = rle.encode(mask)
    ids = {"id": key, "image_id": image, "category_id": 1 + (kind == "ring"), "iscrowd": 0}
    return ids | {"segmentation": shape, "bbox": rle.bbox(shape), "area": rle.area(shape)} | more


def picture(number: int) -> bytes:
    """A grey picture, different for each number."""
    return encode_png(np.full((HEIGHT, WIDTH), 100 + number, np.uint8))


@pytest.fixture
def theirs(tmp_path: Path) -> Theirs:
    return Theirs(tmp_path / "theirs")
