"""A grey PNG writer for line drawings: no filter and run lengths only, some four times faster than a general one."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY_8_BITS = bytes([8, 0, 0, 0, 0])
LEVEL = 1


def encode_ink(dark: npt.NDArray[np.uint8]) -> bytes:
    """Encode (H, W) darkness, 255 black, as an 8-bit grey PNG; equal pictures give equal bytes with the same zlib."""
    height, width = dark.shape
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter, 0 for none
    np.subtract(255, dark, out=rows[:, 1:])
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    header = struct.pack(">II", width, height) + GREY_8_BITS
    data = deflate.compress(rows.data) + deflate.flush()
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
