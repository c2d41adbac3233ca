"""A store in a folder: what tests and laptops use, with the same promises as a server."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from maskline.contract.errors import AccessDenied, AlreadyExists, Changed, NotFound, StoreUnavailable
from maskline.contract.store.path import checked

TEMPORARY = ".writing-"
LOCK = ".lock"


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
        return self._file(path).is_file()

    def list(self, prefix: str) -> list[str]:
        """Return the files below `prefix`; unfinished ones and locks do not count."""
        folder = self._file(prefix) if prefix else self.root
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            raise AccessDenied(f"{self.uri}/{prefix} may not be read by this user")
        found = folder.rglob("*")
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in found
            if path.is_file() and not path.name.startswith(TEMPORARY) and path.name != LOCK
        )

    def delete(self, path: str) -> None:
        """Remove the file, and the folders that it leaves empty."""
        self._file(path).unlink(missing_ok=True)
        for folder in self._file(path).parents:
            if folder == self.root:
                break
            try:
                folder.rmdir()
            except OSError:
                break

    def _file(self, path: str) -> Path:
        return self.root / checked(path)

    @contextmanager
    def _temporary(self, path: str, data: bytes) -> Iterator[Path]:
        """Yield a finished file with `data` in the folder of `path`; whatever happens, it is gone afterwards."""
        temporary: Path | None = None
        try:
            folder = self._file(path).parent
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=folder)
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
        folder = self._file(path).parent
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
