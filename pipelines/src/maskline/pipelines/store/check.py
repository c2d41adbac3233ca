"""What a store can do, found out by doing it, so that an operator knows before anything is installed."""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from statistics import median

import urllib3
from rich.table import Column, Table

from maskline.contract.errors import AlreadyExists, InvalidInput, MasklineError
from maskline.contract.store import Store
from maskline.contract.store.conditions import unkept
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.store.s3 import PART_SIZE, S3Store, clock

PAGE = 1000
"""Objects in one answer to a listing of S3; more come page by page."""
_TIMES = 15
_AT_ONCE, _ROUNDS = 8, 10
_PATIENCE_S = 10.0
_SMALL = 20_000  # bytes: a shard's annotations
_MS, _MIB = 1e3, 1024**2


@dataclass
class Check:
    """Questions to one store, below a folder of their own that is gone afterwards."""

    store: Store
    folder: str = field(default_factory=lambda: f".maskline/check-{secrets.token_hex(6)}")

    def small(self) -> str:
        """Write, read and remove small objects."""
        seconds: dict[str, list[float]] = {"written": [], "read": [], "removed": []}
        for number in range(_TIMES):
            path, data = f"{self.folder}/small/{number}", secrets.token_bytes(_SMALL)
            with _timed(seconds["written"]):
                self.store.write(path, data)
            with _timed(seconds["read"]):
                _require(self.store.read(path) == data, "what is read is not what was written a moment ago")
            with _timed(seconds["removed"]):
                self.store.delete(path)
            _require(not self.store.exists(path), "what was removed is still there")
        return ", ".join(f"{what} in {_MS * median(taken):.1f} ms" for what, taken in seconds.items())

    def versions(self) -> str:
        """Overwrite an object: what is read and its version are the new ones at once."""
        path = f"{self.folder}/version"
        seen = []
        for data in (b"one", b"two"):
            self.store.write(path, data)
            found, version = self.store.read_versioned(path)
            _require(found == data, "an overwritten object is read as it was before")
            _require(self.store.read_versioned(path)[1] == version, "an object that nobody changed changes its ETag")
            seen.append(version)
        _require(seen[0] != seen[1], f"an object keeps its ETag {seen[0]} when it is overwritten")
        return "the ETag changes with the object, and is read at once"

    def conditions(self) -> str:
        """Write under conditions that hold and that do not."""
        missing = unkept(self.store, f"{self.folder}/conditions.json")
        _require(not missing, f"{' and '.join(missing)} not kept: the object is overwritten")
        return "If-None-Match and If-Match are kept"

    def races(self) -> str:
        """Let several create one object at the same moment, again and again: one of them makes it.

        VersityGW 1.7 on a folder looks first and writes then: of eight, several succeed in most rounds.
        """
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for number in range(_ROUNDS):
                path = f"{self.folder}/race/{number}"
                made = sum(pool.map(partial(self._creates, path), range(_AT_ONCE)))
                _require(made == 1, f"{made} of {_AT_ONCE} who create one object at the same moment succeed")
        return f"of {_AT_ONCE} who create one object at the same moment one succeeds"

    def _creates(self, path: str, who: int) -> bool:
        try:
            self.store.create(path, f"{who}".encode())
        except AlreadyExists:
            return False
        return True

    def listing(self) -> str:
        """List more than a page holds, right after it was written, and then without what was removed."""
        paths = [f"{self.folder}/many/{number:04}" for number in range(PAGE + 1)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda path: self.store.write(path, b""), paths))
            found = self.store.list(f"{self.folder}/many")
            _require(found == paths, f"{len(found)} of {len(paths)} objects are listed")
            list(pool.map(self.store.delete, paths))
        _require(self.store.list(f"{self.folder}/many") == [], "objects that were removed are still listed")
        return f"{len(paths)} objects, complete at once"

    def large(self) -> str:
        """Write and read an object that travels in parts."""
        path, data = f"{self.folder}/large", secrets.token_bytes(_MIB) * (PART_SIZE // _MIB + 1)
        written, read = list[float](), list[float]()
        with _timed(written):
            self.store.write(path, data)
        with _timed(read):
            _require(self.store.read(path) == data, "what is read is not what was written in parts")
        size = len(data) / _MIB
        return f"{size:.0f} MiB in parts, up {size / written[0]:.0f} MiB/s, down {size / read[0]:.0f} MiB/s"

    def clock(self) -> str:
        """Compare the clocks; a store in a folder has this machine's."""
        if not isinstance(self.store, S3Store):
            return "this machine's"
        try:
            headers = urllib3.request("HEAD", self.store.endpoint, retries=False, timeout=_PATIENCE_S).headers
        except urllib3.exceptions.HTTPError as fault:
            return f"unknown: {fault}"
        wrong, ahead = clock.fault(headers), clock.ahead_s(headers)
        _require(not wrong, wrong)
        return (
            "unknown: the server does not tell its own" if ahead is None else f"this machine's is {ahead:+.0f} s ahead"
        )

    def region(self) -> str:
        """Return the region that requests are signed for."""
        return self.store.region if isinstance(self.store, S3Store) else "none"

    def clear(self) -> None:
        """Remove what questions that were broken off have left."""
        for path in self.store.list(self.folder):
            self.store.delete(path)
        if isinstance(self.store, DirectoryStore):  # its locks are no objects
            shutil.rmtree(self.store.root / self.folder, ignore_errors=True)
            with suppress(OSError):  # others may be asking
                (self.store.root / self.folder).parent.rmdir()


def answers(store: Store) -> Iterator[tuple[str, str, bool]]:
    """Ask a store everything; yield what was asked, the answer, and whether it is good enough.

    Nothing of it is left in the store, unless objects may not be removed there.
    """
    check = Check(store)
    asked: dict[str, Callable[[], str]] = {
        "small objects": check.small,
        "versions": check.versions,
        "conditional writes": check.conditions,
        "writers at once": check.races,
        "listing": check.listing,
        "large objects": check.large,
        "clock": check.clock,
        "region": check.region,
    }
    try:
        for name, question in asked.items():
            try:
                yield name, question(), True
            except MasklineError as fault:
                yield name, str(fault), False
    finally:
        with suppress(MasklineError):  # told already
            check.clear()


def table(found: list[tuple[str, str, bool]]) -> Table:
    """Return a table with a line per question."""
    shown = Table("asked", "", Column("answer", overflow="fold"), box=None, header_style="bold")
    for name, answer, good in found:
        shown.add_row(name, "ok" if good else "missing", answer)
    return shown


def require_all(store: Store, found: list[tuple[str, str, bool]]) -> None:
    """Raise InvalidInput naming what is missing, if anything."""
    missing = [f"{name} ({answer})" for name, answer, good in found if not good]
    if missing:
        raise InvalidInput(f"{store.uri} cannot be used: {'; '.join(missing)}")


def _require(held: bool, otherwise: str) -> None:  # noqa: FBT001
    if not held:
        raise InvalidInput(otherwise)


@contextmanager
def _timed(seconds: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - started)
