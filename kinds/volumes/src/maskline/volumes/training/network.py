"""The network while it learns: its loss terms."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from maskline.contract.kind.training import Item
from maskline.volumes.networks.network import VolumeNetwork
from maskline.volumes.spec import MAPS, VolumeSpec
from maskline.volumes.training.config import VolumeTraining

NO_CLASS = -1


class LearningNetwork(VolumeNetwork):
    """A `VolumeNetwork` whose call returns loss terms."""

    def __init__(self, spec: VolumeSpec, config: VolumeTraining) -> None:
        super().__init__(spec)
        self._weights, self._boundary = config.losses, config.boundary

    @property
    def dense(self) -> list[torch.nn.Module]:
        """The layers worth compiling."""
        return [self.body]

    def forward(self, items: Sequence[Item]) -> dict[str, Tensor]:
        """Return loss terms of patches of one size, each a mean over the voxels that count."""
        patches = {name: torch.stack([item[name] for item in items]) for name in items[0]}
        maps, counts, weights = self.read(patches["values"]), patches["counts"].float(), self._weights
        inside, limit = patches["classes"] > 0, self.spec.distance_limit_voxels
        wrong = [
            functional.binary_cross_entropy_with_logits(maps[:, 0], inside.float(), reduction="none"),
            ((maps[:, 1] - patches["distance"].float()) / limit).square(),
            functional.binary_cross_entropy_with_logits(maps[:, 2], patches["boundary"].float(), reduction="none"),
        ]
        # Nothing meets far from instances, and no fragment is there to be put together.
        met = counts * (patches["distance"] > 0) if self._boundary == "between" else counts
        found = {
            f"loss_{name}": getattr(weights, name) * _mean(one, where)
            for name, one, where in zip(MAPS, wrong, (counts, counts, met), strict=True)
        }
        if self.spec.maps > len(MAPS):
            truth = torch.where(inside, patches["classes"].long() - 1, NO_CLASS)
            every = functional.cross_entropy(maps[:, len(MAPS) :], truth, ignore_index=NO_CLASS, reduction="none")
            found["loss_classes"] = weights.classes * _mean(every, counts * inside)
        return found


def _mean(values: Tensor, counts: Tensor) -> Tensor:
    return (values * counts).sum() / counts.sum().clamp(min=1)
