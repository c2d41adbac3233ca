"""A store in a folder: what tests and laptops use, with the same promises as a server."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from maskline.contract.errors import AccessDenied, AlreadyExists, Changed, NotFound, StoreUnavailable
from maskline.contract.store import Written
from maskline.contract.store.path import checked

TEMPORARY = ".writing-"
LOCK = ".lock"
MOST_TIMES = 1000
"""That a folder is made anew while others remove it."""
T = TypeVar("T")


class DirectoryStore:
    """Files below one folder. The folder is made by the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @property
    def uri(self) -> str:
        """The folder as a file:// URI."""
        return f"file://{self.root.as_posix()}"

    def read(self, path: str) -> bytes:
        """Return the bytes at `path`."""
        try:
            return self._file(path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(f"{self.uri}/{path} does not exist") from None
        except PermissionError:
            raise AccessDenied(f"{self.uri}/{path} may not be read by this user") from None
        except OSError as fault:
            raise StoreUnavailable(f"{self.uri}/{path} cannot be read: {fault.strerror}") from fault

    def read_versioned(self, path: str) -> tuple[bytes, str]:
        """Return the bytes at `path` and their digest as the version."""
        data = self.read(path)
        return data, hashlib.sha256(data).hexdigest()

    def write(self, path: str, data: bytes) -> None:
        """Write `data` beside its place, then rename: readers see the old bytes or the new ones."""
        with self._temporary(path, data) as temporary:
            temporary.replace(self._file(path))

    def create(self, path: str, data: bytes) -> None:
        """Write `data` if nothing is there; a hard link is the one atomic create that cannot show half a file."""
        with self._temporary(path, data) as temporary:
            try:
                self._file(path).hardlink_to(temporary)
            except FileExistsError:
                raise AlreadyExists(f"{self.uri}/{path} exists already") from None

    def replace(self, path: str, data: bytes, version: str) -> None:
        """Write `data` if the bytes at `path` still have `version`; writers of one folder take turns."""
        with self._turn(path):
            try:
                unchanged = self.read_versioned(path)[1] == version
            except NotFound:
                unchanged = False
            if not unchanged:
                raise Changed(f"{self.uri}/{path} was changed by somebody else since it was read")
            self.write(path, data)

    def exists(self, path: str) -> bool:
        """Say whether `path` is a file."""
        return self._described(self._file(path)) is not None

    def list(self, prefix: str) -> list[str]:
        """Return the files below `prefix`; unfinished ones and locks do not count."""
        return [path for path in self.written(prefix) if not path.rpartition("/")[2].startswith(TEMPORARY)]

    def written(self, prefix: str) -> dict[str, Written]:
        """Return the files below `prefix`, those that writers are at or that killed ones have left among them."""
        found = {}
        for folder, _, names in os.walk(self._file(prefix) if prefix else self.root, onerror=self._missed):
            for file in (Path(folder, name) for name in names if name != LOCK):
                if described := self._described(file):  # else it has gone since its folder was read
                    found[file.relative_to(self.root).as_posix()] = described
        return dict(sorted(found.items()))

    def delete(self, path: str) -> None:
        """Remove the file, and the folders that it leaves empty."""
        file = self._file(path)
        try:
            file.unlink(missing_ok=True)
        except (IsADirectoryError, NotADirectoryError):  # nothing is there
            return
        except PermissionError:
            raise AccessDenied(f"{self.uri}/{path} may not be removed by this user") from None
        except OSError as fault:
            raise StoreUnavailable(f"{self.uri}/{path} cannot be removed: {fault.strerror}") from fault
        for folder in file.parents:
            if folder == self.root:
                break
            try:
                folder.rmdir()
            except FileNotFoundError:  # another was faster
                continue
            except OSError:  # something is left in it
                break

    def _file(self, path: str) -> Path:
        return self.root / checked(path)

    def _described(self, file: Path) -> Written | None:
        """Return when a file was written and how large it is, or None if there is no file."""
        try:
            found = file.stat()
        except PermissionError:
            raise AccessDenied(f"{file.as_uri()} may not be read by this user") from None
        except OSError:  # it has gone, or is a link that leads nowhere
            return None
        return Written(datetime.fromtimestamp(found.st_mtime, UTC), found.st_size) if S_ISREG(found.st_mode) else None

    def _missed(self, fault: OSError) -> None:
        """Pass over a folder that another process has removed since it was seen; raise whatever else hides one."""
        if isinstance(fault, PermissionError):
            raise AccessDenied(f"{Path(fault.filename).as_uri()} may not be read by this user") from None
        if not isinstance(fault, FileNotFoundError | NotADirectoryError):
            raise StoreUnavailable(f"{self.uri} cannot be read: {fault.strerror} ({fault.filename})") from fault

    def _opened(self, path: str, make: Callable[[Path], T]) -> T:
        """Return what `make` makes in the folder of `path`, which is made first.

        Another process may remove a folder that it has emptied at any moment; then all of it is done again.
        """
        folder = self._file(path).parent
        for _ in range(MOST_TIMES):
            with suppress(FileNotFoundError, FileExistsError):  # mkdir's, too, where the folder has just gone
                folder.mkdir(parents=True, exist_ok=True)
                return make(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return make(folder)

    @contextmanager
    def _temporary(self, path: str, data: bytes) -> Iterator[Path]:
        """Yield a finished file with `data` in the folder of `path`; whatever happens, it is gone afterwards."""
        temporary: Path | None = None
        try:
            handle, name = self._opened(path, lambda folder: tempfile.mkstemp(prefix=TEMPORARY, dir=folder))
            temporary = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            yield temporary
        except OSError as fault:
            raise StoreUnavailable(f"{self.uri}/{path} cannot be written: {fault.strerror}{self._room()}") from fault
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)

    def _room(self) -> str:
        """Return what is free on the disk, for messages."""
        with suppress(OSError):
            return f" ({shutil.disk_usage(self.root).free / 1e6:.1f} MB are free there)"
        return ""

    @contextmanager
    def _turn(self, path: str) -> Iterator[None]:
        with self._opened(path, lambda folder: (folder / LOCK).open("w")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
