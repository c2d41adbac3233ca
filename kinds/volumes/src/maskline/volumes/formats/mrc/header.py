"""What an MRC header tells: where the voxels lie, of what kind they are, and where in space.

A header is a numpy record of mrcfile's HEADER_DTYPE; its fields are in the order x, y, z.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import InvalidInput
from maskline.volumes.formats.lengths import seven_digits
from maskline.volumes.formats.opened import Lengths
from maskline.volumes.voxels import Shape

BYTES = 1024
MODES = {0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"}
"""Values of 0 are signed or not, see `_bytes`."""
REFUSED = {3: "complex numbers", 4: "complex numbers", 16: "colours", 101: "values of 4 bits"}
IMOD = 1146047817
"""The stamp of IMOD's files, behind which its flags stand."""
SIGNED, INVERTED = 1, 4
"""IMOD's flags: bytes are signed; the origin has the sign that MRC2014 gives it."""
VOLUMES = 401
"""From this space group on a file is a stack of volumes."""
IN_ORDER = (1, 2, 3)
MAP = slice(208, 211)
"""Where the id stands."""
LARGEST = 2**20
"""More columns, rows or sections no volume has: bytes of something else."""


@dataclass(frozen=True, slots=True)
class Header:
    """What is read of a file.  extent: sections, rows and columns.  axes: which of these z, y and x are."""

    start: int
    dtype: np.dtype[Any]
    extent: Shape
    axes: Shape
    voxel_size_a: Lengths | None
    origin_a: Lengths | None
    remarks: list[str]

    @property
    def end(self) -> int:
        """Bytes up to the last voxel."""
        return self.start + int(np.prod(self.extent)) * self.dtype.itemsize


def is_mrc(head: bytes) -> bool:
    """Tell whether a file is one, by its first 1,024 bytes: by the MAP id or, in old files, by what they tell."""
    return head[MAP] == b"MAP" or _fields(head) is not None


def read_header(head: bytes, name: str) -> Header:
    """Read the first 1,024 bytes of a file.  Raises InvalidInput with all that is wrong with them."""
    fields = _fields(head)
    if fields is None:
        raise InvalidInput(f"{name}: it is no MRC file, or its header is damaged: no size and mode that one can have")
    problems, remarks = list[str](), list[str]()
    if bytes(fields["map"])[:3] != b"MAP":
        remarks.append(f"{name}: it has no MAP id: it is read as of a time before MRC2014")
    axes, letters = _axes(fields, problems, remarks, name)
    extent = (int(fields["nz"]), int(fields["ny"]), int(fields["nx"]))
    depth = int(fields["mz"])
    if fields["ispg"] >= VOLUMES and 0 < depth < extent[0]:
        problems.append(f"{name}: it is a stack of {extent[0] // depth} volumes, it must hold one")
    dtype = _dtype(fields, problems, remarks, name)
    size = _voxel_size(fields, remarks, name)
    origin = _origin(fields, letters, size, remarks, name)
    if problems:
        raise InvalidInput("\n".join(problems))
    return Header(BYTES + int(fields["nsymbt"]), dtype, extent, axes, size, origin, remarks)


def _fields(head: bytes) -> NDArray[np.void] | None:
    """Return the header in the byte order in which it makes sense."""
    from mrcfile.dtypes import HEADER_DTYPE

    if len(head) < BYTES:
        return None
    for order in "<>":
        fields = np.frombuffer(head, HEADER_DTYPE.newbyteorder(order), 1)[0]
        lengths = [int(fields[length]) for length in ("nx", "ny", "nz")]
        known = int(fields["mode"]) in {*MODES, *REFUSED}
        if known and min(lengths) > 0 and max(lengths) <= LARGEST and fields["nsymbt"] >= 0 and _has_axes(fields):
            return fields  # type: ignore[no-any-return]
    return None


def _has_axes(fields: Any) -> bool:
    order = [int(fields[axis]) for axis in ("mapc", "mapr", "maps")]
    return all(0 <= axis <= 3 for axis in order)


def _axes(fields: Any, problems: list[str], remarks: list[str], name: str) -> tuple[Shape, tuple[int, ...]]:
    """Return which of sections, rows and columns z, y and x are, and mapc, mapr, maps, where 1 is x."""
    order = tuple(int(fields[axis]) for axis in ("mapc", "mapr", "maps"))
    if order == (0, 0, 0):
        remarks.append(f"{name}: mapc, mapr and maps are 0: columns, rows and sections are taken as x, y and z")
        order = IN_ORDER
    if sorted(order) != list(IN_ORDER):
        problems.append(f"{name}: mapc, mapr, maps = {order}, they must be 1, 2 and 3 in some order")
        order = IN_ORDER
    z, y, x = (2 - order.index(axis) for axis in (3, 2, 1))
    return (z, y, x), order


def _dtype(fields: Any, problems: list[str], remarks: list[str], name: str) -> np.dtype[Any]:
    mode = int(fields["mode"])
    if mode in REFUSED:
        problems.append(f"{name}: mode {mode} ({REFUSED[mode]}) is not read, modes {', '.join(map(str, MODES))} are")
        return np.dtype("i1")
    dtype = np.dtype(MODES[mode]).newbyteorder(fields.dtype["nx"].byteorder)
    return dtype if mode else _bytes(fields, remarks, name)


def _bytes(fields: Any, remarks: list[str], name: str) -> np.dtype[Any]:
    """Return the kind of bytes: as IMOD's flags tell, else signed, as the standard has it, if the maximum allows."""
    stamp, flags = _imod(fields)
    if stamp:
        return np.dtype("i1" if flags & SIGNED else "u1")
    if fields["dmin"] >= 0 and 127 < fields["dmax"] <= 255:
        remarks.append(f"{name}: its bytes are taken as unsigned, for its header tells a maximum of {fields['dmax']:g}")
        return np.dtype("u1")
    return np.dtype("i1")


def _imod(fields: Any) -> tuple[bool, int]:
    order = fields.dtype["nx"].byteorder
    stamp, flags = np.frombuffer(fields["extra2"].tobytes(), np.dtype("i4").newbyteorder(order), 2, offset=40)
    return bool(stamp == IMOD), int(flags)


def _voxel_size(fields: Any, remarks: list[str], name: str) -> Lengths | None:
    cell = [float(fields["cella"][axis]) for axis in "zyx"]
    grid = [int(fields[axis]) for axis in ("mz", "my", "mx")]
    if not any(cell):
        return None
    if min(grid) < 1 or not all(0 < length < np.inf for length in cell):
        remarks.append(f"{name}: its voxels have no size: the cell is {cell} angstroms on a grid of {grid} (z, y, x)")
        return None
    z, y, x = (seven_digits(length / steps) for length, steps in zip(cell, grid, strict=True))
    return z, y, x


def _origin(fields: Any, order: tuple[int, ...], size: Lengths | None, remarks: list[str], name: str) -> Lengths | None:
    """Return the first voxel's place: `origin`, or, where that is zero, where the map starts, as in crystals."""
    z, y, x = (float(fields["origin"][axis]) for axis in "zyx")
    if not np.isfinite([z, y, x]).all():
        remarks.append(f"{name}: its origin is {(z, y, x)}, which is no place")
        return None
    stamp, flags = _imod(fields)
    if stamp and not flags & INVERTED and (z, y, x) != (0, 0, 0):
        remarks.append(f"{name}: its origin has the sign of old IMOD, which is turned round")
        z, y, x = -z, -y, -x
    starts = [int(fields[start]) for start in ("nxstart", "nystart", "nzstart")]
    if (z, y, x) == (0, 0, 0) and any(starts) and size:
        z, y, x = (starts[order.index(axis)] * length for axis, length in zip((3, 2, 1), size, strict=True))
    return seven_digits(z), seven_digits(y), seven_digits(x)
