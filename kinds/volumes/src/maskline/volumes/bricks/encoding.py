"""Arrays as bytes and back, bit for bit: a small header, then the values in planes of bytes.

The first bytes of all values are one plane, the second ones the next: of labels all but the lowest plane are next to
empty, and of measured numbers with a fraction the low ones are noise, which no packing makes smaller. Each plane is
packed by zlib, or kept as it is where that does not help. Measured on one core: labels of 100^3 nuclei become 60 times
smaller at 400 MB/s; float32 noise 1.2 times, at 200 MB/s instead of 37 MB/s unsorted, and is read at 800 MB/s. zstd is
faster still, but no library with it fits into the image that draws.
"""

import math
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput

MAGIC = b"MLV1"
LEVEL = 1
PROBE = 1 << 16
"""So many bytes of a plane tell whether packing it helps."""
WORTH = 0.9
"""It does, if they become smaller than this share."""
TYPES = frozenset({"|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"})
_HEAD, _KIND, _SIDE, _PLANE = struct.Struct("<4sI"), struct.Struct("<3sB"), struct.Struct("<Q"), struct.Struct("<?Q")


def encode(array: NDArray[Any]) -> bytes:
    """Return an array of any shape as bytes; equal arrays give equal ones.

    Raises InvalidInput for values that are neither bool, integers nor floats of 16, 32 or 64 bits.
    """
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    if little.dtype.str not in TYPES:
        raise InvalidInput(f"voxels of type {array.dtype} are not kept: they must be bool, integers or floats")
    kind = _KIND.pack(little.dtype.str.encode(), array.ndim) + b"".join(map(_SIDE.pack, array.shape))
    planes = little.reshape(-1).view(np.uint8).reshape(-1, little.itemsize).T
    body = kind + b"".join(_packed(plane.tobytes()) for plane in planes)
    return _HEAD.pack(MAGIC, zlib.crc32(body)) + body


def decode(data: bytes) -> NDArray[Any]:
    """Return the array that was encoded, in C order.  Raises Corrupt for bytes that are not as they were written."""
    try:
        return _decoded(data)
    except (struct.error, zlib.error, ValueError, OverflowError) as fault:
        raise Corrupt(f"voxels cannot be read from {len(data)} bytes: {fault}") from fault


def _packed(plane: bytes) -> bytes:
    probe = plane[:PROBE]
    worth = len(zlib.compress(probe, LEVEL)) < WORTH * len(probe)
    kept = zlib.compress(plane, LEVEL) if worth else plane
    return _PLANE.pack(worth, len(kept)) + kept


def _decoded(data: bytes) -> NDArray[Any]:
    magic, checksum = _HEAD.unpack_from(data)
    body = memoryview(data)[_HEAD.size :]
    if magic != MAGIC or zlib.crc32(body) != checksum:
        raise ValueError("they are not what was written")
    name, sides = _KIND.unpack_from(body)
    dtype = np.dtype(name.decode("ascii"))
    if dtype.str not in TYPES:
        raise ValueError(f"there is no type {dtype}")
    shape = [_SIDE.unpack_from(body, _KIND.size + number * _SIDE.size)[0] for number in range(sides)]
    values = np.empty((math.prod(shape), dtype.itemsize), np.uint8)
    for number, plane in enumerate(_planes(body[_KIND.size + sides * _SIDE.size :], dtype.itemsize, len(values))):
        values[:, number] = np.frombuffer(plane, np.uint8)
    decoded: NDArray[Any] = values.reshape(-1).view(dtype).reshape(shape)
    return decoded


def _planes(body: memoryview, planes: int, length: int) -> Iterator[bytes | memoryview]:
    """Yield planes of `length` bytes.  Raises ValueError if there are others."""
    for _ in range(planes):
        packed, size = _PLANE.unpack_from(body)
        kept, body = body[_PLANE.size : _PLANE.size + size], body[_PLANE.size + size :]
        plane = zlib.decompress(kept, bufsize=max(length, 1)) if packed else kept
        if len(plane) != length:
            raise ValueError(f"a plane has {len(plane)} bytes instead of {length}")
        yield plane
    if body:
        raise ValueError(f"{len(body)} bytes are left over")
