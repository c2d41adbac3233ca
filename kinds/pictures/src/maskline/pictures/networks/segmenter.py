"""The doorway to every network: pictures and labels in, losses or detections out.

C: channels   H, W: pixels of the network's frame   N: instances of one picture   M: cells along a mask grid's side
Boxes are x0, y0, x1, y1 in pixels of the frame, origin top left; pixel (0, 0) covers [0, 1) x [0, 1).
Classes are positions in the category table, from 0.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from torch import Tensor, nn

from maskline.contract.kind.training import Item
from maskline.pictures.networks.config import LossConfig
from maskline.pictures.networks.silence import quiet
from maskline.pictures.preprocessing.crops import Crops
from maskline.pictures.spec import Body, ModelSpec


@dataclass(frozen=True, slots=True)
class TrainingImage:
    """One labelled picture in the network's frame, on any device.

    pixels: (C, H, W) uint8; (1, H, W) if all channels are alike.  boxes: (N, 4) float32.  classes: (N,) int64.
    masks: N masks of H x W.
    """

    pixels: Tensor
    boxes: Tensor
    classes: Tensor
    masks: Crops

    @classmethod
    def of(cls, item: Item) -> "TrainingImage":
        """Return the picture that an item holds."""
        height, width = item["pixels"].shape[1:]
        masks = Crops(item["cells"], item["mask_boxes"], item["starts"], (height, width))
        return cls(item["pixels"], item["boxes"], item["classes"], masks)

    def item(self) -> dict[str, Tensor]:
        """Return the same as tensors by name."""
        masks = {"cells": self.masks.cells, "mask_boxes": self.masks.boxes, "starts": self.masks.starts}
        return {"pixels": self.pixels, "boxes": self.boxes, "classes": self.classes} | masks


@dataclass(frozen=True, slots=True)
class Detections:
    """The instances found in one picture, best score first, on the CPU.

    boxes: (N, 4) float32.  scores: (N,) float32 in 0..1.  classes: (N,) int64.
    masks: (N, M, M) float32, the probability that a point belongs to the instance, on a grid that spans its box: cell
    (i, j) stands for the point at (j + .5) / M of the box's width and (i + .5) / M of its height.
    """

    boxes: Tensor
    scores: Tensor
    classes: Tensor
    masks: Tensor


class Segmenter(nn.Module, ABC):
    """A network for instance segmentation.

    The caller decides device, memory format, autocast and train or eval mode, as for any nn.Module.
    """

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        self.spec = spec

    @abstractmethod
    def losses(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        """Return the loss terms of a batch by name; their sum is what to descend. Needs train mode."""

    @abstractmethod
    def predict(self, batch: Sequence[Tensor], score_threshold: float, most: int) -> list[Detections]:
        """Return what is in each picture, scored at `score_threshold` (0..1) or higher. Needs eval mode.

        batch: (C, H, W) uint8 each.  most: only so many instances of a picture, the best; a network that was made for
        fewer looks again for the boxes of a crowded one.
        """

    def sample(self, regions: int, proposals: int) -> None:
        """Teach the heads with `regions` regions per picture, drawn among its `proposals` best-scored ones.

        That is for training only: prediction does not change. A network that knows no regions has nothing to do.
        """

    def weigh(self, losses: LossConfig) -> None:
        """Teach the heads with these losses.

        That is for training only, too. A network with losses of its own has nothing to do.
        """

    @property
    def dense(self) -> Sequence[nn.Module]:
        """The layers that see whole pictures and do the same whatever is in them: those worth compiling."""
        return ()

    def forward(self, batch: Sequence[Item]) -> dict[str, Tensor]:
        """Return the `losses` of items: DistributedDataParallel wraps forward only."""
        return self.losses([TrainingImage.of(item) for item in batch])


RESNETS: tuple[Body, ...] = ("r50", "r101", "r152", "x152")
MODULES: dict[Body, str] = {
    "narrow": "maskline.pictures.networks.narrow",
    **dict.fromkeys(RESNETS, "maskline.pictures.networks.resnet"),
}
"""Where `build(spec)` of the networks on a body is; only the one asked for is imported."""


def build(spec: ModelSpec) -> Segmenter:
    """Build the segmenter with random weights (seeded by torch.manual_seed), on the CPU, in train mode."""
    with quiet():
        segmenter: Segmenter = import_module(MODULES[spec.body]).build(spec)
    return segmenter
