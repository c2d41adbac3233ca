"""From detections in the network's frame to results in the picture's own pixels."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from maskline.contract.coco import rle
from maskline.pictures.networks.segmenter import Detections, Segmenter, TrainingImage
from maskline.pictures.prediction.inference import paste, segment
from maskline.pictures.spec import ModelSpec


class Oracle(Segmenter):
    """Finds the same instances in every picture."""

    def __init__(self, spec: ModelSpec, found: Detections) -> None:
        super().__init__(spec)
        self.found = found
        self.seen: list[tuple[int, ...]] = []

    def losses(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        raise NotImplementedError

    def predict(self, batch: Sequence[Tensor], score_threshold: float, most: int) -> list[Detections]:  # noqa: ARG002
        self.seen += [tuple(pixels.shape) for pixels in batch]
        assert score_threshold == 0.5
        return [self.found] * len(batch)


def detections(boxes: list[list[float]], grids: list[np.ndarray]) -> Detections:
    masks = torch.from_numpy(np.array(grids, dtype=np.float32))
    return Detections(torch.tensor(boxes), torch.full((len(boxes),), 0.75), torch.ones(len(boxes)).long(), masks)


def test_a_full_grid_is_its_box(narrow_spec: ModelSpec) -> None:
    oracle = Oracle(narrow_spec, detections([[10.0, 20.0, 50.0, 30.0]], [np.ones((8, 8))]))
    (result,) = segment(oracle, [np.zeros((100, 80), np.uint8)], 0.5)[0]
    expected = np.zeros((100, 80), bool)
    expected[20:30, 10:50] = True
    assert (rle.decode(result["segmentation"]) == expected).all()
    assert result["bbox"] == [10, 20, 40, 10]
    assert (result["category_id"], result["score"]) == (5, 0.75)


def test_boxes_and_masks_of_a_shrunk_picture_grow_back(narrow_spec: ModelSpec) -> None:
    grid = np.ones((8, 8))
    grid[2:6, 2:6] = 0
    oracle = Oracle(narrow_spec, detections([[0.0, 32.0, 64.0, 128.0]], [grid]))
    (result,) = segment(oracle, [np.zeros((512, 256, 3), np.uint8)], 0.5)[0]
    assert oracle.seen == [(1, 128, 64)]
    mask = rle.decode(result["segmentation"])
    assert mask.shape == (512, 256)
    assert result["bbox"] == [0, 128, 256, 384]
    assert mask[128:, :32].all()
    assert not mask[:128].any()
    assert not mask[256:384, 96:160].any()


def test_boxes_end_where_the_picture_ends(narrow_spec: ModelSpec) -> None:
    oracle = Oracle(narrow_spec, detections([[-5.0, -5.0, 300.0, 300.0]], [np.ones((8, 8))]))
    (result,) = segment(oracle, [np.zeros((30, 40), np.uint8)], 0.5)[0]
    assert rle.area(result["segmentation"]) == 30 * 40
    assert result["bbox"] == [0, 0, 40, 30]


def test_what_is_found_roughly_is_cut_down_to_the_ink_and_its_box_with_it(narrow_spec: ModelSpec) -> None:
    picture = np.full((60, 80), 255, dtype=np.uint8)
    picture[20:22, 10:50] = 0
    roughly = Detections(
        torch.tensor([[8.0, 16.0, 54.0, 26.0], [60.0, 40.0, 70.0, 50.0]]),
        torch.tensor([0.75, 0.75]),
        torch.tensor([1, 1]),
        torch.ones(2, 8, 8),
    )
    spec = narrow_spec.model_copy(update={"masks": "ink"})
    (result,) = segment(Oracle(spec, roughly), [picture], 0.5)[0]
    assert (rle.decode(result["segmentation"]) == (picture == 0)).all()
    assert result["bbox"] == [10, 20, 40, 2]


def test_sure_masks_come_first_and_the_least_sure_are_left_out(narrow_spec: ModelSpec) -> None:
    boxes = [[10.0, 20.0, 50.0, 30.0], [10.0, 40.0, 50.0, 50.0], [10.0, 60.0, 50.0, 70.0]]
    oracle = Oracle(narrow_spec, detections(boxes, [np.full((8, 8), sure) for sure in (0.8, 1, 0.6)]))
    found = segment(oracle, [np.zeros((100, 80), np.uint8)], 0.5)[0]
    assert [(result["bbox"][1], result["score"]) for result in found] == [(40, 0.75), (20, pytest.approx(0.6))]


def test_an_instance_without_a_pixel_is_none(narrow_spec: ModelSpec) -> None:
    found = detections([[1.0, 1.0, 9.0, 9.0], [2.6, 2.6, 3.4, 3.4]], [np.full((8, 8), 0.4), np.ones((8, 8))])
    assert segment(Oracle(narrow_spec, found), [np.zeros((30, 40), np.uint8)], 0.5) == [[]]


sides = st.floats(0.5, 40)
starts = st.floats(0, 0.99, allow_subnormal=False)


@given(x=starts, y=starts, width=sides, height=sides, seed=st.integers(0, 99))
def test_pasting_agrees_with_torch(x: float, y: float, width: float, height: float, seed: int) -> None:
    grid = np.random.default_rng(seed).random((7, 7), dtype=np.float32)
    pasted = paste(grid, np.array([x, y, x + width, y + height]))
    rows, columns = np.mgrid[: pasted.shape[0], : pasted.shape[1]] + 0.5
    points = np.stack([(columns - x) / width * 2 - 1, (rows - y) / height * 2 - 1], axis=-1)[None]
    slow = F.grid_sample(
        torch.from_numpy(grid)[None, None].double(),
        torch.from_numpy(points),
        padding_mode="border",
        align_corners=False,
    )
    inside = (columns >= x) & (columns <= x + width) & (rows >= y) & (rows <= y + height)
    assert pasted == pytest.approx(np.where(inside, slow[0, 0].numpy(), 0), abs=1e-4)
