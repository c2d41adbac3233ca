"""Decoded records on the local disk, where the system's page cache keeps in memory what fits.

Whichever process of the machine needs a record first decodes it, and leaves it here for all of them. What finds no
room is decoded anew each time. There is room for half of the memory, because the page cache holds no more for long and
a disk is hardly faster than decoding, and for half of what is free on the disk, which others need as well.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import torch as safetensors_torch

from maskline.contract.kind.training import Item, Learner
from maskline.train.read.staged import StagedSplit

SHARE = 0.5
"""Of the memory, and of what is free on the disk."""
LIMIT = Path("/sys/fs/cgroup/memory.max")
FULL = (errno.ENOSPC, errno.EDQUOT)
SMALL, AT_HAND = 2**16, 2**28
"""Bytes of a record that each process also keeps in its own memory, and of all of those together.

To lock, read and take apart a file is most of what preparing so small a record costs.
"""
ENTRY = 16
"""Bytes in the index for each sample: where its record begins and ends, as int64. One that ends at 0 is not there."""


class Cache:
    """The samples of a split, decoded, by number: a file of records in the order they came, and an index beside it.

    Processes share it by its path, one thread of each. It lasts as long as the folder that it lies in.
    """

    def __init__(self, split: StagedSplit, path: Path, learner: Learner, most: int | None = None) -> None:
        """Open the cache at `path`, or begin one.

        learner: decodes.  most: bytes it may take; None: what there is room for.
        """
        self._split, self._learner = split, learner
        self._records, self._index = (
            os.open(file, os.O_RDWR | os.O_CREAT, 0o600) for file in (path, path.with_suffix(".index"))
        )
        self._most = room(path.parent) if most is None else most
        self._at_hand: dict[int, Item] = {}
        self._left = AT_HAND

    def __len__(self) -> int:
        return len(self._split)

    @property
    def shapes(self) -> NDArray[np.float64]:
        """Return the shape of every record."""
        return self._split.shapes

    @property
    def holds(self) -> NDArray[np.bool_]:
        """Return which record holds which class, (records, classes)."""
        return self._split.holds

    def image_id(self, number: int) -> int:
        """Return the COCO id of the record of sample `number`."""
        return self._split.image_id(number)

    def __getitem__(self, number: int) -> Item:
        """Return sample `number`, decoded.  Raises InvalidInput naming one that cannot be read."""
        if number in self._at_hand:
            return self._at_hand[number]
        with self._locked(number):  # whoever else wants it waits, and finds it
            item = self._found(number)
            if item is None:
                item = self._learner.item(self._split[number])
                self._keep(number, item)
        size = sum(part.nbytes for part in item.values())
        if size <= min(SMALL, self._left):
            self._at_hand[number] = item
            self._left -= size
        return item

    def _found(self, number: int) -> Item | None:
        entry = os.pread(self._index, ENTRY, number * ENTRY)
        start, end = np.frombuffer(entry, np.int64).tolist() if entry else (0, 0)
        return safetensors_torch.load(os.pread(self._records, end - start, start)) if end else None

    def _keep(self, number: int, item: Item) -> None:
        record = safetensors_torch.save(dict(item))
        try:
            with self._locked(len(self)):  # past the last entry: who adds a record
                start = os.fstat(self._records).st_size
                if start + len(record) > self._most:
                    return
                os.ftruncate(self._records, start + len(record))
            if os.pwrite(self._records, record, start) == len(record):
                os.pwrite(self._index, np.array([start, start + len(record)], np.int64).tobytes(), number * ENTRY)
        except OSError as fault:
            if fault.errno not in FULL:
                raise

    @contextmanager
    def _locked(self, number: int) -> Iterator[None]:
        """Keep other processes away from an entry.  Such a lock ends with its process at the latest."""
        fcntl.lockf(self._index, fcntl.LOCK_EX, ENTRY, number * ENTRY)
        try:
            yield
        finally:
            fcntl.lockf(self._index, fcntl.LOCK_UN, ENTRY, number * ENTRY)


def room(folder: Path) -> int:
    """Return how many bytes a cache in `folder` may take."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = LIMIT.read_text("ascii").strip() if LIMIT.exists() else "max"
    return int(SHARE * min(memory, shutil.disk_usage(folder).free, *([] if limit == "max" else [int(limit)])))
