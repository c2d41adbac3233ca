"""The local folder of one training: locked while its trainer lives, so that the next one can sweep what a kill left."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

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
