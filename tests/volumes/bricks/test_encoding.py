"""Voxels become bytes and come back bit for bit, and damaged bytes are refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from maskline.contract.errors import Corrupt, InvalidInput
from maskline.volumes.bricks.encoding import PROBE, TYPES, decode, encode

ANY = st.sampled_from(sorted(TYPES)).flatmap(
    lambda name: arrays(np.dtype(name), array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9))
)


def same(first: NDArray[Any], second: NDArray[Any]) -> bool:
    return (first.dtype, first.shape, first.tobytes()) == (second.dtype, second.shape, second.tobytes())


@settings(deadline=None, max_examples=40)
@given(ANY)
def test_what_is_decoded_is_what_was_encoded_to_the_last_bit(array: NDArray[Any]) -> None:
    assert same(decode(encode(array)), array)


def test_planes_that_are_packed_and_planes_that_are_kept_come_back() -> None:
    noise = np.random.default_rng(0).normal(size=(40, 60, 50)).astype(np.float32)
    assert noise.size > PROBE

    assert same(decode(encode(noise)), noise)
    assert len(encode(noise)) < noise.nbytes


def test_other_orders_in_memory_give_the_same_bytes() -> None:
    array = np.arange(2 * 3 * 4, dtype="<i4").reshape(2, 3, 4)

    assert encode(np.asfortranarray(array)) == encode(array.astype(">i4")) == encode(array)


def test_labels_become_a_fiftieth() -> None:
    z, y, x = np.indices((64, 64, 64))
    labels = ((z // 16 * 4 + y // 16) * 4 + x // 16).astype(np.uint32)

    assert len(encode(labels)) * 50 < labels.nbytes


@settings(deadline=None, max_examples=40)
@given(ANY, st.data())
def test_bytes_that_are_cut_short_added_to_or_changed_are_refused(array: NDArray[Any], data: st.DataObject) -> None:
    written = encode(array)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = bytearray(written)
    changed[place] ^= data.draw(st.integers(1, 255))

    for damaged in (written[:place], written + b"\0", bytes(changed)):
        with pytest.raises(Corrupt):
            decode(damaged)


@pytest.mark.parametrize("dtype", ["c8", "U3", "M8[s]", "O"])
def test_what_is_no_number_of_ours_is_not_kept(dtype: str) -> None:
    with pytest.raises(InvalidInput, match="voxels of type"):
        encode(np.zeros(3, dtype))
