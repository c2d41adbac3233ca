"""Volumes that somebody brought: a folder or a bucket's prefix, listed slab by slab."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from maskline.contract.config import canonical_json
from maskline.contract.errors import Changed, Corrupt, InvalidInput, NotFound
from maskline.contract.kind.prediction import Listed, Workroom
from maskline.contract.store import Store, open_store
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.store.given import files_below
from maskline.volumes.bricks.statistics import statistics_of
from maskline.volumes.formats.ome_zarr import FOLDER
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.voxels import Shape

SLAB = 64
"""Planes of a slab: half a window, so that one slab has one row of windows to predict, mostly."""
AT_ONCE = 1 << 24
"""Bytes of a file that are digested at a time."""


class Files:
    """Volumes of a place as files of this machine: those of a folder where they are, others as copies."""

    def __init__(self, place: Store) -> None:
        self._place, self._folder = place, TemporaryDirectory(prefix="maskline-volumes-")
        self._name = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def opened(self, listed: Listed) -> Opened:
        """Return a volume that was listed.  Raises Changed if it is no longer what was, Corrupt, InvalidInput."""
        name = listed.file_name
        if name != self._name:
            if self.digest(name) != listed.sha256:
                raise Changed(f"{self._place.uri}/{name} was changed since the volumes were listed")
            self._name, self._opened = name, open_volume(self.path(name))
        return self._opened

    def path(self, name: str) -> Path:
        """Return where a file, or the folder of a volume, lies on this machine."""
        if isinstance(self._place, DirectoryStore):
            return self._place.root / name
        target = Path(self._folder.name) / name
        for path in self._parts(name):
            copy = Path(self._folder.name) / path
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(self._place.read(path))
        return target

    def digest(self, name: str) -> str:
        """Return the sha256 of a file, or of what is in the folder of a volume."""
        digest, path = hashlib.sha256(), self.path(name)
        for part in [path] if path.is_file() else sorted(path.rglob("*")):
            if part != path:
                digest.update(part.relative_to(path).as_posix().encode())
            if part.is_file():
                with part.open("rb") as file:
                    while data := file.read(AT_ONCE):
                        digest.update(data)
        return digest.hexdigest()

    def _parts(self, name: str) -> list[str]:
        return self._place.list(name) if name.lower().endswith(FOLDER) else [name]


def list_volumes(uri: str) -> list[Listed]:
    """List and digest every volume below `uri`, by name, slab by slab; names that begin with a dot do not count.

    What is no volume is in the list, with the reason.
    Raises InvalidInput when there is no file.
    """
    store = open_store(uri)
    names = dict.fromkeys(_volume(name) for name in files_below(store, uri))
    with Files(store) as files:
        found = [one for name in names for one in _listed(files, name)]
    return [one.model_copy(update={"id": number}) for number, one in enumerate(found, 1)]


def record_of(listed: Listed, opened: Opened, room: Workroom) -> dict[str, Any]:
    """Return the record of a slab: that of a brick of the same place."""
    shape, name = opened.voxels.shape, listed.file_name
    first, last = slabs_of(shape)[listed.page]
    return {
        "id": listed.id,
        "file_name": f"{name}-{first}-0-0.raw",
        "group": name,
        "volume": name,
        "volume_shape": list(shape),
        "start": [first, 0, 0],
        "shape": [last - first, *shape[1:]],
        "voxel_size_a": list(opened.voxel_size_a) if opened.voxel_size_a else None,
        "origin_a": list(opened.origin_a) if opened.origin_a else None,
        **_statistics(listed, opened, room),
    }


def slabs_of(shape: Shape) -> list[tuple[int, int]]:
    """Return from and up to which planes the slabs of a volume are."""
    return [(first, min(first + SLAB, shape[0])) for first in range(0, shape[0], SLAB)]


def _statistics(listed: Listed, opened: Opened, room: Workroom) -> dict[str, float]:
    """Return a volume's statistics, which the first who needs them leaves for the others."""
    place = f"statistics/{listed.id - listed.page}.json"
    try:
        found: dict[str, float] = json.loads(room.read(place))
    except NotFound:
        found = statistics_of(opened.voxels)._asdict()
        room.write(place, canonical_json(found))
    return found


def _volume(name: str) -> str:
    """Return the path of the volume that a file is, or belongs to."""
    parts = PurePosixPath(name).parts
    for number, part in enumerate(parts[:-1], 1):
        if part.lower().endswith(FOLDER):
            return "/".join(parts[:number])
    return name


def _listed(files: Files, name: str) -> Iterator[Listed]:
    """Yield the slabs of a volume, not numbered yet; one with a fault if there is none."""
    digest = ""
    try:
        digest = files.digest(name)
        opened = open_volume(files.path(name))
    except (Corrupt, InvalidInput, NotFound) as fault:
        yield Listed(id=0, file_name=name, sha256=digest, fault=str(fault))
        return
    remark = "; ".join(opened.remarks)
    for page in range(len(slabs_of(opened.voxels.shape))):
        yield Listed(id=0, file_name=name, page=page, remark="" if page else remark, sha256=digest)
