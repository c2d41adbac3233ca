"""Small random classes: results beside the truth as a network might leave them."""

from collections.abc import Callable

import numpy as np
import pytest

from maskline.pictures.evaluation.tuning.ranking import Overlap


@pytest.fixture
def invented() -> Callable[[int], list[Overlap]]:
    """Invent one class in five pictures: scores that come twice, areas, IoUs, and a few results on crowds."""

    def invent(seed: int) -> list[Overlap]:
        rng = np.random.default_rng(seed)
        pictures = []
        for _ in range(5):
            results, truths = rng.integers(0, 6), rng.integers(0, 4)
            score = np.sort(rng.integers(1, 19, results))[::-1] / 20
            iou = np.round(rng.random((results, truths)) ** 0.3, 2)
            pictures.append(Overlap(score, rng.integers(1, 40, results), iou, rng.random(results) ** 8))
        return pictures

    return invent
