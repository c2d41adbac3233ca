"""The two files of a preview."""

from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.contract.picture import encode_png
from maskline.contract.preview.page import page
from maskline.contract.preview.preview import Preview
from maskline.contract.preview.sheet import contact_sheet

MOST_SAMPLES = 200
"""A page of so many large pictures still opens in a browser."""


def require_few(samples: int) -> None:
    """Raise InvalidInput for more samples than a preview shows."""
    if samples > MOST_SAMPLES:
        raise InvalidInput(f"samples = {samples}: a preview shows {MOST_SAMPLES} at most")


def write(shown: Preview, name: str, folder: Path) -> tuple[Path, Path]:
    """Write `<name>.png` and `<name>.html` into `folder`; make it if need be.  Raises InvalidInput if it cannot be."""
    picture, document = folder / f"{name}.png", folder / f"{name}.html"
    sheet, text = encode_png(contact_sheet(shown)), page(name, shown)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(sheet)
        document.write_text(text, "utf-8")
    except OSError as error:
        raise InvalidInput(f"{error.filename or folder} cannot be written: {error.strerror}") from None
    return picture, document
