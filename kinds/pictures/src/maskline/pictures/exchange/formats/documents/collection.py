"""Pictures and their instances as a reader finds them, which become documents, one a split."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from maskline.pictures.exchange.formats.documents.document import Coco, Document
from maskline.pictures.exchange.formats.documents.source import Source

Instance = Mapping[str, Any]
"""An annotation of COCO without ids: `category`, the name, instead of `category_id`."""


class Collection:
    """What is found in one source."""

    def __init__(self) -> None:
        self._splits: dict[str, Coco] = {}

    def __len__(self) -> int:
        """Return the number of pictures."""
        return sum(len(coco["images"]) for coco in self._splits.values())

    def add(self, split: str, image: Mapping[str, Any], instances: Iterable[Instance]) -> None:
        """Add a picture.  image: a record of COCO without id."""
        coco = self._splits.setdefault(split, {"images": [], "annotations": [], "categories": []})
        key = len(coco["images"]) + 1
        coco["images"].append({"id": key, **image})
        for instance in instances:
            coco["annotations"].append({"id": len(coco["annotations"]) + 1, "image_id": key, **instance})

    def documents(
        self, source: Source, names: Sequence[str], folders: Sequence[str] = ("",), home: str = ""
    ) -> list[Document]:
        """Return a document for each split.

        names: of the categories, which get ids in their order.  folders, home: where pictures may be, as a Document
        has them.
        """
        ids = {name: number for number, name in enumerate(names, 1)}
        for coco in self._splits.values():
            coco["categories"] = [{"id": number, "name": name} for name, number in ids.items()]
            for annotation in coco["annotations"]:
                annotation["category_id"] = ids[annotation.pop("category")]
        return [source.document(split, coco, folders, home) for split, coco in sorted(self._splits.items())]
