"""The compiled library, with the types of its calls."""

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_int32, c_size_t, c_void_p
from functools import cache
from pathlib import Path

from maskline.molecules.ink.digest import sources_digest
from maskline.molecules.ink.scene import SceneStruct

FOLDER = Path(__file__).parent
LIBRARY = "libink.so"
REMEDY = "install maskline-molecules again (in a checkout: touch domains/molecules/pyproject.toml && make install)"


@cache
def library() -> ctypes.CDLL:
    """Load the library.  Raises ImportError if it is not there, or was made of other sources than lie beside it."""
    try:
        loaded = ctypes.CDLL(str(FOLDER / LIBRARY))
    except OSError as fault:
        raise ImportError(f"the drawing library cannot be loaded ({fault}): {REMEDY}") from None
    loaded.ink_sources.restype = c_char_p
    made_of, there = loaded.ink_sources().decode(), sources_digest(FOLDER)
    if made_of != there:
        raise ImportError(f"the drawing library was made of sources {made_of}, and here lie {there}: {REMEDY}")
    loaded.ink_open.restype = c_void_p
    loaded.ink_close.argtypes = (c_void_p,)
    loaded.ink_close.restype = None
    loaded.ink_lay_out.argtypes = (c_void_p, POINTER(SceneStruct))
    loaded.ink_draw.argtypes = (c_void_p, POINTER(SceneStruct))
    loaded.ink_draw_contours.argtypes = (
        *(c_void_p, c_int32, c_int32, c_int32, c_int32),
        *(c_size_t, c_void_p, c_size_t, c_void_p, c_void_p),
    )
    loaded.ink_masks.argtypes = (c_void_p, POINTER(c_void_p), POINTER(c_void_p))
    loaded.ink_masks.restype = c_size_t
    loaded.ink_encode_png.argtypes = (c_void_p,)
    loaded.ink_encode_png.restype = c_int
    loaded.ink_png.argtypes = (c_void_p, POINTER(c_void_p))
    loaded.ink_png.restype = c_size_t
    loaded.ink_dark.argtypes = (c_void_p, POINTER(c_void_p))
    loaded.ink_dark.restype = c_size_t
    loaded.ink_contours.argtypes = (c_void_p, POINTER(c_void_p), POINTER(c_void_p), POINTER(c_void_p))
    loaded.ink_contours.restype = c_size_t
    return loaded
