"""Pictures seen in eight ways, and what is found in them carried back exactly."""

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from maskline.contract.coco import rle
from maskline.pictures.prediction.config import View
from maskline.pictures.prediction.fusion.views import SYMMETRIES, carried_back, shown, viewed
from maskline.pictures.prediction.inference import Found, Pixels

VIEWS: tuple[View, ...] = get_args(View)
HOOK = np.zeros((5, 8), bool)
HOOK[1, 2:7] = HOOK[1:4, 2] = True
"""Like none of its own seven other ways."""


def found(mask: rle.Mask) -> dict[str, object]:
    return {"category_id": 3, "score": 0.5, "bbox": rle.bbox(rle.encode(mask)), "segmentation": rle.encode(mask)}


def ink(pictures: Sequence[Pixels]) -> list[Found]:
    """Find all that is black."""
    return [Found([found(picture == 0)], limited=picture.shape[0] > picture.shape[1]) for picture in pictures]


def test_the_names_say_what_is_done() -> None:
    picture = np.arange(6, dtype=np.uint8).reshape(2, 3)
    expected = {
        "same": picture,
        "flip-x": [[2, 1, 0], [5, 4, 3]],
        "flip-y": [[3, 4, 5], [0, 1, 2]],
        "turn-90": [[3, 0], [4, 1], [5, 2]],
        "turn-180": [[5, 4, 3], [2, 1, 0]],
        "turn-270": [[2, 5], [1, 4], [0, 3]],
        "transpose": [[0, 3], [1, 4], [2, 5]],
        "transverse": [[5, 2], [4, 1], [3, 0]],
    }
    for view in VIEWS:
        seen = shown(picture, SYMMETRIES[view])
        assert seen.tolist() == np.asarray(expected[view]).tolist()
        coloured = shown(np.repeat(picture[..., None], 3, axis=2), SYMMETRIES[view])
        assert coloured[..., 1].tolist() == seen.tolist()


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_found_in_any_view_is_where_it_is_in_the_picture(view: View) -> None:
    picture = np.where(HOOK, 0, 255).astype(np.uint8)
    (as_it_is,) = ink([picture])
    (seen,) = viewed(ink, view)([picture])
    assert seen.instances == as_it_is.instances
    assert seen.limited == (view in {"turn-90", "turn-270", "transpose", "transverse"})


@pytest.mark.parametrize("view", VIEWS)
@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))).filter(lambda mask: bool(mask.any())))
def test_any_mask_is_carried_back_pixel_by_pixel(view: View, mask: NDArray[np.bool_]) -> None:
    seen = shown(mask.astype(np.uint8), SYMMETRIES[view]) > 0
    assert carried_back(found(seen), SYMMETRIES[view]) == found(mask)


def test_boxes_are_carried_back_beside_their_masks() -> None:
    instance = found(HOOK) | {"bbox": [1.25, 0.5, 6.5, 4.0]}  # of a picture of 5 x 8
    boxes = {view: carried_back(instance, SYMMETRIES[view])["bbox"] for view in VIEWS}
    assert boxes["flip-x"] == [0.25, 0.5, 6.5, 4.0]
    assert boxes["flip-y"] == [1.25, 0.5, 6.5, 4.0]
    assert boxes["turn-90"] == [0.5, 0.25, 4.0, 6.5]  # the picture as it was has 8 rows; its left is what is on top now
    assert boxes["transpose"] == [0.5, 1.25, 4.0, 6.5]
    assert boxes["turn-270"] == [0.5, 1.25, 4.0, 6.5]
