"""What training asks of a picture before it is read."""

from collections.abc import Callable

import pytest

from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Sample
from maskline.pictures.training.entry import training


def test_a_mask_of_another_size_than_its_picture_is_refused(draw: Callable[[int], Sample]) -> None:
    sample = draw(0)
    sample.annotations[1]["segmentation"]["size"] = [64, 64, 3]
    with pytest.raises(InvalidInput, match=r"000000\.png has a mask of size \[64, 64, 3\]"):
        training.needed(sample)


def test_what_networks_do_not_learn_from_is_left_out(draw: Callable[[int], Sample]) -> None:
    sample = training.needed(draw(0))
    assert "group" not in sample.image
    assert training.shape(sample.image | {"width": 96}) == 1.5
