"""The local folder of one training: locked while its trainer lives, so that the next one can sweep what a kill left."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from maskline.contract.errors import FolderUnavailable

PREFIX = "maskline-train-"


@contextmanager
def local_folder() -> Iterator[Path]:
    """Make a folder that lives as long as this block, and delete those of trainers that were killed."""
    place = Path(tempfile.gettempdir()).resolve()
    with ExitStack() as held:
        with _locked(place):  # so that nobody takes a folder that has no lock yet for a dead one
            for folder in place.glob(f"{PREFIX}*"):
                _sweep(folder)
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX)))
            held.enter_context(_locked(folder))
        yield folder


@contextmanager
def writing(what: str, folder: Path) -> Iterator[None]:
    """Raise FolderUnavailable, with the room that is left, if the block cannot write `what` to a folder's disk."""
    try:
        yield
    except OSError as fault:
        free = shutil.disk_usage(folder).free / 1e6
        raise FolderUnavailable(
            f"training cannot use its local folder {folder}: writing {what} failed, {fault.strerror or fault} "
            f"({free:.1f} MB are free there); give it more room, or name another place by TMPDIR"
        ) from fault


def _sweep(folder: Path) -> None:
    with suppress(OSError), _locked(folder, fcntl.LOCK_NB):  # its trainer lives, or it is somebody else's
        shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path, how: int = 0) -> Iterator[None]:
    """Hold the lock of a folder, which ends with the process at the latest."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(handle)
