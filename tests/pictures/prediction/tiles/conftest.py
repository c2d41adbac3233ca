"""A network that sees dark rectangles exactly, and has as much memory as it is given."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from maskline.pictures.networks.segmenter import Detections, Segmenter, TrainingImage
from maskline.pictures.spec import ModelSpec

Pictures = Sequence[NDArray[np.uint8]]
PLENTY = 10**9
"""Pixels that never fill a memory."""


class Rectangles(Segmenter):
    """Finds the dark rectangles of grey pictures, the tallest with the best score.

    memory: how many pixels each device sees together at most, before `fault` is raised; it begins on the first one.
    seen: what it has looked at, pass by pass.
    """

    def __init__(self, spec: ModelSpec, memory: Mapping[str, int], fault: Exception) -> None:
        super().__init__(spec)
        self.memory, self.fault, self.device = memory, fault, next(iter(memory))
        self.seen: list[Pictures] | deque[Pictures] = []

    def parameters(self, *_: object, **__: object) -> Iterator[nn.Parameter]:
        yield nn.Parameter(torch.empty(1, device=self.device))

    def to(self, device: str) -> Self:  # type: ignore[override]
        self.device = device
        return self

    def losses(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        raise NotImplementedError

    def predict(self, batch: Sequence[Tensor], score_threshold: float, most: int) -> list[Detections]:  # noqa: ARG002
        if sum(picture[0].numel() for picture in batch) > self.memory[self.device]:
            raise self.fault
        pictures = [picture[0].numpy() for picture in batch]
        self.seen.append(pictures)
        return [self._detections(picture, most) for picture in pictures]

    @staticmethod
    def _detections(picture: NDArray[np.uint8], most: int) -> Detections:
        _, _, boxes, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
        boxes = np.array(sorted(boxes[1:, :4].tolist(), key=lambda box: -box[3])[:most]).reshape(-1, 4)
        corners = torch.tensor(np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)).float()
        scores = torch.tensor(1 - 1 / (boxes[:, 3] + 1)).float()
        return Detections(corners, scores, torch.zeros(len(boxes)).long(), torch.ones(len(boxes), 4, 4))


@pytest.fixture
def rectangles(narrow_spec: ModelSpec) -> Callable[..., Rectangles]:
    """Return a function from memory, and what is raised when it is full, to a network."""

    def made(memory: Mapping[str, int] | None = None, fault: Exception | None = None) -> Rectangles:
        spec = narrow_spec.model_copy(update={"long_side_px": 0})
        return Rectangles(spec, memory or {"cpu": PLENTY}, fault or MemoryError())

    return made
