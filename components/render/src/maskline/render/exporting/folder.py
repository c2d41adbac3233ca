"""A folder that is there as a whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maskline.contract.errors import InvalidInput


@contextmanager
def new_folder(place: Path) -> Iterator[Path]:
    """Yield an empty folder beside `place`, which gets that name when the block ends well, else is removed.

    Raises InvalidInput if something is at `place` already; an empty folder may be.
    """
    place = place.absolute()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InvalidInput(f"{place} is there already and not empty: name another folder, or remove it")
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        yield folder
        folder.chmod(0o755)  # as other folders are; a temporary one is its owner's
        folder.rename(place)
    except BaseException:
        shutil.rmtree(folder)
        raise
