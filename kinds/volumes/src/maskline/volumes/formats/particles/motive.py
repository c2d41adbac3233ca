"""Motive lists of the TOM toolbox and AV3 (.em): 20 numbers for each particle, behind a header of 512 bytes."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.formats.particles.particles import Particles

HEADER = 512
MACHINES: dict[int, Literal[">", "<"]] = {0: ">", 3: ">", 5: ">", 6: "<"}
"""What the first byte says of the byte order: OS-9, SGI, Mac, PC."""
TYPES = {2: "i2", 4: "i4", 5: "f4", 9: "f8"}
"""What the fourth byte says of the numbers."""
FIELDS = 20
SCORE, TOMOGRAM, CLASS = 0, 4, 19
X, SHIFT = 7, 10
"""Where x stands and, behind y and z, how far the particle is from there."""


def read_motive(path: str, data: bytes, problems: list[str]) -> Particles | None:
    """Read a motive list."""
    rows = _rows(path, data, problems)
    if rows is None:
        return None
    for particle, field in np.argwhere(~np.isfinite(rows)).tolist():
        problems.append(f"{path}: particle {particle + 1}, row {field + 1} is {rows[particle, field]}")
    if not np.isfinite(rows).all():
        return None
    problems += [
        f"{path}: particle {particle + 1} is of class {rows[particle, CLASS]}, it must be a whole number"
        for particle in np.flatnonzero(rows[:, CLASS] != np.floor(rows[:, CLASS])).tolist()
    ]
    centres = rows[:, X : X + 3] + rows[:, SHIFT : SHIFT + 3]
    tomograms = [f"{number:g}" for number in rows[:, TOMOGRAM].tolist()]
    return Particles(centres[:, ::-1].copy(), rows[:, CLASS].astype(np.int64), rows[:, SCORE].copy(), tomograms)


def _rows(path: str, data: bytes, problems: list[str]) -> NDArray[np.float64] | None:
    """Return the numbers of each particle, (N, 20)."""
    order, kind = (MACHINES.get(data[0]), TYPES.get(data[3])) if len(data) >= HEADER else (None, None)
    if not order or not kind:
        problems.append(f"{path}: it is no .em file of numbers")
        return None
    fields, count, depth = np.frombuffer(data, np.dtype("i4").newbyteorder(order), 3, offset=4).tolist()
    if fields != FIELDS or depth != 1 or count < 0:
        problems.append(f"{path}: it has the size {fields} x {count} x {depth}, a motive list has {FIELDS} x N x 1")
        return None
    dtype = np.dtype(kind).newbyteorder(order)
    end = HEADER + fields * count * dtype.itemsize
    if len(data) < end:
        problems.append(f"{path}: it has {len(data):,} bytes, its header tells {end:,}: it is truncated")
        return None
    return np.frombuffer(data, dtype, fields * count, HEADER).reshape(count, fields).astype(np.float64)
