"""Scenes are told apart strictly, single drawings are not."""

import numpy as np
import pytest
import torch

from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import Reading, SketchNetwork
from maskline.strokes.prediction.reading import objects_in
from maskline.strokes.spec import StrokeSpec


def logits(chances: list[list[float]]) -> torch.Tensor:
    return torch.logit(torch.tensor(chances))[None, ..., None].expand(-1, -1, -1, 2)


@pytest.mark.parametrize(
    ("apart", "objects"),
    [(0.6, [(0, 1, 2, 3)]), (0.1, [(0, 1), (2,), (3,)])],
)
def test_strokes_that_are_fairly_likely_together_are_so_in_a_drawing_of_one_object_only(
    apart: float, objects: list[tuple[int, ...]], spec: StrokeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure, fair, same = 0.9, 0.6, 0.99
    chances = [
        [same, sure, apart, apart],
        [sure, same, apart, apart],
        [apart, apart, same, fair],
        [apart, apart, fair, same],
    ]
    network = SketchNetwork(spec)

    def read(_: SketchNetwork, strokes: Strokes, told: torch.Tensor) -> Reading:
        assert told.tolist() == [network.scene]
        return Reading(torch.zeros(1, 2), torch.zeros(len(strokes.points), 5), logits(chances))

    monkeypatch.setattr(SketchNetwork, "read", read)
    points = np.random.default_rng(0).random((4, spec.points, 2), np.float32)

    assert [told.strokes for told in objects_in(network, [points])[0]] == objects
