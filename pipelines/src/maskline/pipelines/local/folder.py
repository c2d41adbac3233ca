"""The folder that local runs leave everything in.

store/         the embedded store, with its keys and its log
runs/<run>/    logs and outputs of each task of each run
report.html, summary.json, overlays/   of the last complete run
.lock          locked while a run works here; holds its process id
"""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.pipelines.errors import FolderInUse
from maskline.pipelines.server.locks import opened, try_lock

_RANDOM_BYTES = 4
_LITTLE_B = 64_000_000  # free bytes with which neither a shard nor a checkpoint can be kept


class Folder:
    """One such folder."""

    def __init__(self, path: Path) -> None:
        """Take `path`, without touching it."""
        self.path = path.absolute()
        self.store = self.path / "store"
        self.report = self.path / "report.html"
        self.summary = self.path / "summary.json"
        self.overlays = self.path / "overlays"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one run; make it first if need be.

        Raises FolderInUse naming the process that holds it, InvalidInput if there can be no such folder.
        """
        try:
            self._refuse_other_peoples()
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = opened(self.path / ".lock")
        except OSError as error:
            raise InvalidInput(f"folder {self.path} cannot be used: {error.strerror}") from None
        with os.fdopen(descriptor, "r+") as file:
            if not try_lock(descriptor):
                raise FolderInUse(
                    f"{self.path} is in use by another run (process {file.read().strip()}); "
                    "wait for it, or name another --folder"
                )
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            ignored = self.path / ".gitignore"
            if not ignored.exists():
                ignored.write_text("*\n")
            yield

    def shortage(self) -> str:
        """Return, if the disk that the store's data lie on is full, words that say so; else ""."""
        data = self.store / "data"
        if not data.exists() or shutil.disk_usage(data).free >= _LITTLE_B:
            return ""
        free_mb = shutil.disk_usage(data).free / 1e6
        return f"the disk of {data} is full ({free_mb:.1f} MB free): make room, then the same command goes on from here"

    def _refuse_other_peoples(self) -> None:
        """Raise InvalidInput if results of a run would replace files that no run left here."""
        if not (self.path / ".lock").exists():
            for path in (self.report, self.summary, self.overlays):
                if path.exists():
                    raise InvalidInput(f"{path} is not of a run, and a run would replace it; name another --folder")

    def new_run(self, chance: Callable[[int], str] = secrets.token_hex) -> Path:
        """Make and return the folder of a new run.

        It is named after the time and after chance, so that no other folder's or machine's run of the same second, in
        the same store, has the name; in the store it is the run's id.
        chance: returns the hexadecimal digits of so many random bytes.
        """
        path = self.path / "runs" / f"{time.strftime('%Y%m%d-%H%M%S')}-{chance(_RANDOM_BYTES)}"
        path.mkdir(parents=True)
        return path
