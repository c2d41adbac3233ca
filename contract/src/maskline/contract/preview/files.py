"""The two files of a preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskline.contract.categories import CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.picture import encode_png
from maskline.contract.preview.page import page
from maskline.contract.preview.sheet import contact_sheet
from maskline.contract.shard import Sample

MOST_SAMPLES = 200
"""A page of so many large pictures still opens in a browser."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Samples, and the classes of their instances."""

    samples: Sequence[Sample]
    categories: CategoryTable


def require_few(samples: int) -> None:
    """Raise InvalidInput for more samples than a preview shows."""
    if samples > MOST_SAMPLES:
        raise InvalidInput(f"samples = {samples}: a preview shows {MOST_SAMPLES} at most")


def write(shown: Preview, name: str, folder: Path) -> tuple[Path, Path]:
    """Write `<name>.png` and `<name>.html` into `folder`; make it if need be.  Raises InvalidInput if it cannot be."""
    picture, document = folder / f"{name}.png", folder / f"{name}.html"
    sheet = encode_png(contact_sheet(shown.samples, shown.categories))
    text = page(name, shown.samples, shown.categories)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(sheet)
        document.write_text(text, "utf-8")
    except OSError as error:
        raise InvalidInput(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return picture, document
