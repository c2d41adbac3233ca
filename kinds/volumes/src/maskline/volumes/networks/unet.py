"""A small U-Net at half the resolution, whose maps are at the full one."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskline.volumes.spec import VolumeSpec


def layer(channels: int, wider: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution over 3 x 3 x 3 voxels with what follows it."""
    conv = nn.Conv3d(channels, wider, 3, stride, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm3d(wider), nn.ReLU())


class UNet(nn.Module):
    """Ronneberger, Fischer, Brox 2015, U-Net, in three dimensions.

    The first convolution takes two steps at a time: at the full resolution each of the others would cost eight times as
    much, and a CPU has no time for that. Only the last but one sees every voxel, with few channels and the values
    themselves, since instances that touch are told apart by a voxel or two.
    """

    def __init__(self, spec: VolumeSpec) -> None:
        super().__init__()
        channels = spec.channels
        steps = list(pairwise(channels))
        first = nn.Conv3d(1, channels[0], 4, 2, padding=1, bias=False)
        self.stem = nn.Sequential(first, nn.BatchNorm3d(channels[0]), nn.ReLU())
        self.down = nn.ModuleList([layer(channels[0], channels[0])])
        self.down.extend(nn.Sequential(layer(fine, coarse, 2), layer(coarse, coarse)) for fine, coarse in steps)
        self.narrow = nn.ModuleList(nn.Conv3d(coarse, fine, 1) for fine, coarse in steps)
        self.up = nn.ModuleList(layer(fine, fine) for fine, _ in steps)
        self.wide = nn.ConvTranspose3d(channels[0], spec.feature_channels, 2, 2)
        self.last = layer(spec.feature_channels + 1, spec.feature_channels)
        self.maps = nn.Conv3d(spec.feature_channels, spec.maps, 1)

    def forward(self, values: Tensor) -> Tensor:
        """Return maps (B, M, Z, Y, X) of values (B, 1, Z, Y, X)."""
        given, seen = values, list[Tensor]()
        values = self.stem(values)
        for level in self.down:
            values = level(values)
            seen.append(values)
        for number in reversed(range(len(self.up))):
            wide = functional.interpolate(self.narrow[number](values), scale_factor=2, mode="nearest")
            values = self.up[number](torch.add(wide, seen[number]))
        wide = self.wide(values)
        found: Tensor = self.maps(self.last(torch.cat([wide, given.to(wide.dtype)], 1)))
        return found
