"""Our PNG files hold the pictures that other programs read from them."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from maskline.cells.png import encode


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_pillow_reads_what_was_written(height: int, width: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    with Image.open(io.BytesIO(encode(picture))) as image:
        assert image.mode == "L"
        assert (np.asarray(image) == picture).all()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_picture_is_read_as_well(level: int) -> None:
    picture = np.full((30, 50), level, np.uint8)
    with Image.open(io.BytesIO(encode(picture))) as image:
        assert (np.asarray(image) == picture).all()
