"""A grey PNG writer for line drawings: sixteen levels, no filter and run lengths only, far faster than a general one.

Sixteen levels are as smooth to the eye as 256 on a stroke's edge, and half the bytes to compress, store and read.
"""

import struct
import zlib

import numpy as np
import numpy.typing as npt

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY_4_BITS = bytes([4, 0, 0, 0, 0])
LEVEL = 1


def encode_ink(dark: npt.NDArray[np.uint8]) -> bytes:
    """Encode (H, W) darkness, 255 black, as a 4-bit grey PNG; equal pictures give equal bytes with the same zlib.

    Darkness of 128 and more stays on its side of middle grey.
    """
    height, width = dark.shape
    even = np.zeros((height, width + width % 2), np.uint8)
    even[:, :width] = dark
    pairs = (~even).view("<u2")  # two pixels at once: left in the low byte, right in the high one
    rows = np.zeros((height, 1 + pairs.shape[1]), np.uint8)  # each row begins with its filter, 0 for none
    rows[:, 1:] = (pairs & 0xF0) | (pairs >> 12)
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    header = struct.pack(">II", width, height) + GREY_4_BITS
    data = deflate.compress(rows.data) + deflate.flush()
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
