"""The network: values in; foreground, distance and boundary of every voxel out, and classes where there are several."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from maskline.volumes.networks.residual import Residual
from maskline.volumes.networks.unet import UNet
from maskline.volumes.spec import MAPS, VolumeSpec

BODIES: Mapping[str, Callable[[VolumeSpec], nn.Module]] = {"unet": UNet, "residual": Residual}
DISTANCE = MAPS.index("distance")


class VolumeNetwork(nn.Module):
    """A body and the meaning of what it gives."""

    def __init__(self, spec: VolumeSpec) -> None:
        super().__init__()
        self.spec = spec
        self.body = BODIES[spec.architecture](spec)

    def read(self, values: Tensor) -> Tensor:
        """Return maps (B, M, Z, Y, X), float32, of scaled values (B, Z, Y, X), whose sides are multiples.

        Foreground, boundary and classes are logits; the distance is in voxels, positive inside.
        """
        # The channels of a voxel together: on CPUs half again as fast in bfloat16.
        maps: Tensor = self.body(values[:, None].contiguous(memory_format=torch.channels_last_3d)).float()
        scale = maps.new_ones(maps.shape[1])
        scale[DISTANCE] = self.spec.distance_limit_voxels
        return maps * scale[:, None, None, None]

    def maps(self, values: Tensor) -> Tensor:
        """Return what `read` does with chances, 0..1, in the place of logits."""
        maps = self.read(values)
        found = maps.sigmoid()
        found[:, DISTANCE] = maps[:, DISTANCE]
        found[:, len(MAPS) :] = maps[:, len(MAPS) :].softmax(1)
        return found
