"""Pictures, decoded, from a dataset or from somebody's own files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.errors import Changed, InvalidInput
from maskline.contract.identity import digest
from maskline.contract.kind.prediction import Listed, Unreadable
from maskline.contract.picture import Picture, decode, decode_page
from maskline.contract.picture.depth import Percentiles
from maskline.contract.picture.pages import page_name
from maskline.contract.shard import Sample
from maskline.contract.store import Store


@dataclass(frozen=True, slots=True)
class Given:
    """One picture to predict.  pixels: (H, W) grey or (H, W, 3) RGB uint8.  remark: what reading it told."""

    id: int
    file_name: str
    pixels: Picture
    remark: str = ""

    def describe(self) -> dict[str, Any]:
        """Return the picture's entry in the image index."""
        height, width = self.pixels.shape[:2]
        return {"id": self.id, "file_name": self.file_name, "width": width, "height": height}


def read_samples(samples: Iterable[Sample]) -> Iterator[Given | Unreadable]:
    """Yield a dataset's pictures."""
    for sample in samples:
        name = sample.image["file_name"]
        try:
            yield Given(sample.image["id"], name, decode(sample.members[name.rpartition(".")[2]]))
        except InvalidInput as fault:
            yield Unreadable(name, str(fault))


def read_listed(
    listed: Sequence[Listed], place: Store, max_pixels: int, percentiles: Percentiles | None = None
) -> Iterator[Given | Unreadable]:
    """Yield somebody's pictures, and for those that cannot be read the reason.

    percentiles: where black and white are in values of more than 8 bits.
    Raises Changed if a file is not what it was when it was listed.
    """
    file_name, data = "", b""
    for picture in listed:
        name = page_name(picture.file_name, picture.page)
        try:
            if picture.file_name != file_name:  # the pages of one file follow each other
                data, file_name = _read(place, picture), picture.file_name
            found = decode_page(data, picture.page, max_pixels, percentiles)
            remark = "; ".join(filter(None, (picture.remark, found.remark)))
            yield Given(picture.id, name, found.pixels, remark)
        except InvalidInput as fault:
            yield Unreadable(name, str(fault))


def _read(place: Store, picture: Listed) -> bytes:
    """Return a file's bytes.  Raises InvalidInput if it could not be read when it was listed, Changed."""
    if picture.fault:
        raise InvalidInput(picture.fault)
    data = place.read(picture.file_name)
    if digest(data) != picture.sha256:
        raise Changed(f"{place.uri}/{picture.file_name} was changed since the pictures were listed")
    return data
