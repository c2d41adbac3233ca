"""What is written appears whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maskline.contract.errors import FolderUnavailable, InvalidInput


@contextmanager
def whole_or_none(path: Path) -> Iterator[Path]:
    """Yield a place beside `path` to write to; what lies there in the end becomes `path`, at once.

    A file that is there already is replaced.  Raises InvalidInput where a folder is, which nobody deletes unasked, and
    FolderUnavailable where nothing can be written.
    """
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder already: remove it, or write elsewhere")
    partial = path.with_name(f".{path.name}.partial")
    _remove(partial)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as fault:
        raise FolderUnavailable(f"{path} cannot be written: {fault.strerror or fault}") from fault
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
