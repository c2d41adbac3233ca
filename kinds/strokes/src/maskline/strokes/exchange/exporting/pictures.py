"""The layouts of pictures: COCO with masks, YOLO with boxes."""

import json
from typing import Any

import yaml

from maskline.contract.shard import annotation_id
from maskline.strokes.classes import Classes
from maskline.strokes.exchange.exporting.writer import Files, Given, Lost, Writer, note_parts
from maskline.strokes.formats import coco, yolo
from maskline.strokes.painting import frame_of
from maskline.strokes.sketch import Sketch

DRAWN = "strokes are drawn, and cannot be had back from pictures"
NEEDED = ("train", "val")
"""Splits that YOLO's data.yaml must name."""


class CocoFiles(Writer):
    """annotations/instances_<split>.json and <split>/<name>.png; masks of objects and parts."""

    def __init__(self, given: Given) -> None:
        self.lost, self._given, self._files = Lost(), given, Files(given.folder)
        self._ids = Classes(given.table).id
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Write a picture, and keep its labels."""
        config = self._given.config
        frame = frame_of(sketch, config.longer_side_px)
        picture = coco.picture_of(sketch, config.longer_side_px, config.stroke_width_px)
        place = self._files.write(f"{split}/{sketch.name}", ".png", picture)
        own = {"id": image["id"], "group": image["group"], "file_name": place.removeprefix(f"{split}/")}
        self._images.append(own | {"width": frame.width, "height": frame.height})
        for number, one in enumerate(coco.annotations_of(sketch, frame, self._ids, config.stroke_width_px)):
            ids = {"id": annotation_id(image["id"] - 1, number), "image_id": image["id"]}
            self._annotations.append(ids | one)
        self.lost.note(DRAWN, lost=True)

    def finish(self, split: str) -> None:
        """Write a split's document."""
        categories = self._given.table.coco()
        document = {"images": self._images, "annotations": self._annotations, "categories": categories}
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        self._files.write(f"annotations/instances_{split}", ".json", text.encode())
        self._images, self._annotations = [], []


class YoloFiles(Writer):
    """images/<split>/<name>.png, labels/<split>/<name>.txt with the boxes of objects, and data.yaml."""

    def __init__(self, given: Given) -> None:
        self.lost, self._given, self._files = Lost(), given, Files(given.folder)
        self._objects = Classes(given.table).objects
        self._splits: list[str] = []

    def add(self, split: str, image: dict[str, Any], sketch: Sketch) -> None:
        """Write a picture and its boxes; its number in the dataset keeps names apart that only folders tell apart."""
        config = self._given.config
        width, frame = config.stroke_width_px, frame_of(sketch, config.longer_side_px)
        name = f"{split}/{image['id']:06d}-{sketch.name.replace('/', '-')}"
        self._files.write(f"images/{name}", ".png", coco.picture_of(sketch, config.longer_side_px, width))
        self._files.write(f"labels/{name}", ".txt", yolo.labels_of(sketch, frame, self._objects, width).encode())
        note_parts(self.lost, sketch)
        self.lost.note(DRAWN, lost=True)

    def finish(self, split: str) -> None:
        """Keep the split's name for data.yaml."""
        self._splits.append(split)

    def close(self) -> None:
        """Write data.yaml. It names no folder: pictures are where the file itself is."""
        places = {split: f"images/{split}" for split in self._splits}
        for split in NEEDED:
            if split not in places:
                self.lost.remarks.append(f"there is no split {split}: data.yaml names {self._splits[0]} instead")
                places[split] = f"images/{self._splits[0]}"
        document = {**places, "names": dict(enumerate(self._objects))}
        self._files.write("data", ".yaml", yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode())
