"""A volume that lies in a file as one array, without compression."""

import os
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt
from maskline.volumes.voxels import Box, Shape


class Source(Protocol):
    """What can be opened to be read: a path, or a file that was unpacked."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Return the file; who asks closes it."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Voxels that are read row by row: no more than the rows of one section beside what is asked for.

    name: the file's, for errors.  start: bytes before the first voxel.  stored: dtype with its byte order.  extent:
    sections, rows and columns, the last fastest.  axes: which of these three z, y and x are.
    """

    name: str
    source: Source
    start: int
    stored: np.dtype[Any]
    extent: Shape
    axes: Shape = (0, 1, 2)

    @property
    def shape(self) -> Shape:
        """Its voxels along z, y, x."""
        z, y, x = (self.extent[axis] for axis in self.axes)
        return z, y, x

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of what is read, in this machine's byte order."""
        return self.stored.newbyteorder("=")

    def read(self, box: Box) -> NDArray[Any]:
        """Return the voxels of a box, (z, y, x).  Raises Corrupt where the file ends too early."""
        sections, rows, columns = (slice(box.start[axis], box.stop[axis]) for axis in np.argsort(self.axes))
        lengths = [part.stop - part.start for part in (sections, rows, columns)]
        values = np.empty(lengths, self.dtype)
        with self.source.open("rb") as file:
            for place in range(lengths[0]):
                values[place] = self._rows(file, sections.start + place, rows)[:, columns]
        return values.transpose(self.axes)

    def _rows(self, file: BinaryIO, section: int, rows: slice) -> NDArray[Any]:
        """Return some rows of a section, (rows, columns)."""
        columns = self.extent[2]
        start = self.start + (section * self.extent[1] + rows.start) * columns * self.stored.itemsize
        wanted = (rows.stop - rows.start) * columns * self.stored.itemsize
        data = bytearray()
        while len(data) < wanted:  # Linux reads at most 2 GiB at once
            got = os.pread(file.fileno(), wanted - len(data), start + len(data))
            if not got:
                raise Corrupt(f"{self.name} ends within its voxels: it has become shorter since it was opened")
            data += got
        return np.frombuffer(data, self.stored).reshape(-1, columns)
