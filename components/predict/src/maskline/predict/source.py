"""The pictures of one shard, decoded, from a dataset or from somebody's own files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.artifact import open_sealed
from maskline.contract.errors import Corrupt, InvalidInput
from maskline.contract.picture import decode, decode_page
from maskline.contract.shard import Dataset
from maskline.contract.store import Store, open_store
from maskline.predict.pictures import read_listing, read_picture
from maskline.predict.plan import Plan


@dataclass(frozen=True, slots=True)
class Given:
    """One picture to predict.  pixels: (H, W) grey or (H, W, 3) RGB uint8."""

    id: int
    file_name: str
    pixels: NDArray[np.uint8]
    remark: str = ""

    def describe(self) -> dict[str, Any]:
        """Return the picture's entry in the image index."""
        height, width = self.pixels.shape[:2]
        return {"id": self.id, "file_name": self.file_name, "width": width, "height": height}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no picture, or none that may be read."""

    file_name: str
    reason: str

    def describe(self) -> dict[str, str]:
        """Return the file's entry in the list of the unreadable."""
        return {"file_name": self.file_name, "reason": self.reason}


def read(plan: Plan, shard: str, store: Store) -> Iterator[Given | Unreadable]:
    """Yield the shard's pictures in order.  Raises InvalidInput if the plan has no such shard."""
    if shard not in plan.shards:
        raise InvalidInput(f"shard '{shard}' is not in the plan of predictions {plan.name}-{plan.id}")
    number = plan.shards.index(shard)
    return _samples(plan, number) if plan.source == "dataset" else _files(plan, number, store)


def _samples(plan: Plan, number: int) -> Iterator[Given]:
    """Yield the pictures of a dataset's shard.  Raises Corrupt if one cannot be read: a dataset is sealed."""
    dataset = Dataset(open_sealed(plan.place, "dataset"))
    for sample in dataset.samples(dataset.shards(plan.config.split)[number]):
        name = sample.image["file_name"]
        try:
            yield Given(sample.image["id"], name, decode(sample.members[name.rpartition(".")[2]]))
        except InvalidInput as fault:
            raise Corrupt(f"picture {name} of {plan.place}: {fault}") from fault


def _files(plan: Plan, number: int, store: Store) -> Iterator[Given | Unreadable]:
    """Yield somebody's pictures, and for those that cannot be read the reason."""
    count = plan.config.pictures_per_shard
    listed = read_listing(store, plan.id)[number * count : (number + 1) * count]
    pictures, file_name, data = open_store(plan.place), "", b""
    for picture in listed:
        try:
            if picture.file_name != file_name:  # the pages of one file follow each other
                data, file_name = read_picture(pictures, picture), picture.file_name
            found = decode_page(data, picture.page, plan.config.max_pixels)
            remark = "; ".join(filter(None, (picture.remark, found.remark)))
            yield Given(picture.id, picture.name, found.pixels, remark)
        except InvalidInput as fault:
            yield Unreadable(picture.name, str(fault))
