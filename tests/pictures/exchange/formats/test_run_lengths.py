"""Run lengths of contests, against plain loops over pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maskline.contract.coco import rle
from maskline.contract.coco.rle import Mask
from maskline.contract.errors import InvalidInput
from maskline.pictures.exchange.config import Order
from maskline.pictures.exchange.formats.run_lengths import parse, spell


def plain(mask: Mask, order: Order) -> str:
    """Go through a picture pixel by pixel."""
    pixels = mask.ravel() if order == "rows" else mask.T.ravel()
    words, length = [], 0
    for place, inside in enumerate([*pixels, False]):
        if inside:
            length += 1
        elif length:
            words += [str(place - length + 1), str(length)]
            length = 0
    return " ".join(words)


def test_a_box_of_10_rows_and_30_columns_in_both_orders() -> None:
    mask = np.zeros((520, 704), bool)
    mask[10:20, 30:60] = True
    for order, begins, step in (("rows", "7071 30 7775 30 ", 704), ("columns", "15611 10 16131 10 ", 520)):
        text = spell(np.ones((10, 30), bool), 30, 10, [520, 704], order)  # type: ignore[arg-type]
        assert text.startswith(begins)
        starts = [int(word) for word in text.split()[::2]]
        assert set(np.diff(starts)) == {step}
        assert (rle.decode(parse(text, 520, 704, order)) == mask).all()  # type: ignore[arg-type]


@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.sampled_from(["rows", "columns"]))
def test_written_and_read_as_a_loop_does(mask: Mask, order: Order) -> None:
    crop, x, y = rle.decode_crop(rle.encode(mask))
    text = spell(crop, x, y, list(mask.shape), order)
    assert text == plain(mask, order)
    if text:
        assert parse(text, mask.shape[0], mask.shape[1], order) == rle.encode(mask)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2 3", "3 numbers: each start must be followed by a length"),
        ("1 2 x 4", "must be whole numbers with spaces between them, not '1 2 x 4'"),
        ("1 -2", "must be whole numbers"),
        ("0 2", "starts count from 1"),
        ("1 0", "no run is empty"),
        ("1 2 2 2", "two of its runs overlap, at 2"),
        ("5 2 1 5", "two of its runs overlap, at 5"),
        ("11 3", "a run ends at 13, beyond the 4 x 3 = 12 pixels"),
    ],
)
def test_what_is_none_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse(text, 3, 4, "rows")


def test_runs_need_no_order_and_may_touch() -> None:
    assert parse("3 2 1 2", 3, 4, "rows") == parse("1 4", 3, 4, "rows")
