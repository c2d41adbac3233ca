"""How often a pass shows each picture."""

import numpy as np
import pytest

from maskline.train.read.repeat_factor import repeated

HOLDS = np.zeros((1000, 3), dtype=bool)
HOLDS[:, 0] = True  # every picture
HOLDS[:400, 1] = True  # two of five
HOLDS[:20, 2] = True  # one of fifty


def test_with_no_class_rare_every_picture_is_shown_once_in_its_order() -> None:
    assert repeated(HOLDS, 0.0, np.random.default_rng(0)).tolist() == list(range(1000))


def test_a_picture_is_shown_as_often_as_its_rarest_class_asks() -> None:
    times = np.mean([np.bincount(repeated(HOLDS, 0.5, np.random.default_rng(n)), minlength=1000) for n in range(50)], 0)

    assert times[:20].mean() == pytest.approx((0.5 / 0.02) ** 0.5, abs=0.05)
    assert times[20:400].mean() == pytest.approx((0.5 / 0.4) ** 0.5, abs=0.02)
    assert (times[400:] == 1).all()


def test_pictures_without_any_instance_are_shown_once() -> None:
    assert repeated(np.zeros((4, 0), dtype=bool), 0.5, np.random.default_rng(0)).tolist() == [0, 1, 2, 3]
