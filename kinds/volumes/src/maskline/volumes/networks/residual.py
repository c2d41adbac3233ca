"""A residual network with a feature pyramid, dense features, and a head of its own for each map, as CryoSiam has them.

Encoder, features and heads are laid out, and named, so that weights of CryoSiam's fit: its encoder is MONAI's ResNet of
bottleneck blocks. The pyramid is that of Lin et al. 2017, Feature Pyramid Networks; CryoSiam's, where it is no BiFPN,
has layers of the same shapes by other names.
"""

from collections.abc import Sequence

from torch import Tensor, cat, nn
from torch.nn import functional

from maskline.volumes.spec import MAPS, VolumeSpec

EXPANSION = 4
HEAD_CHANNELS = (32, 64)


class Bottleneck(nn.Module):
    """He et al. 2016, Deep Residual Learning, figure 5, right."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        wide = EXPANSION * width
        self.conv1, self.bn1 = nn.Conv3d(channels, width, 1, bias=False), nn.BatchNorm3d(width)
        self.conv2, self.bn2 = nn.Conv3d(width, width, 3, stride, padding=1, bias=False), nn.BatchNorm3d(width)
        self.conv3, self.bn3 = nn.Conv3d(width, wide, 1, bias=False), nn.BatchNorm3d(wide)
        self.downsample = nn.Sequential(nn.Conv3d(channels, wide, 1, stride), nn.BatchNorm3d(wide))

    def forward(self, values: Tensor) -> Tensor:
        """Return (B, EXPANSION width, ...), its sides divided by the stride."""
        found = functional.relu(self.bn1(self.conv1(values)))
        found = functional.relu(self.bn2(self.conv2(found)))
        return functional.relu(self.bn3(self.conv3(found)) + self.downsample(values))


class Encoder(nn.Module):
    """One block a level, the first at the full resolution."""

    def __init__(self, channels: Sequence[int]) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(1, channels[0], 7, padding=3, bias=False)
        self.bn1 = nn.BatchNorm3d(channels[0])
        before = [channels[0], *(EXPANSION * width for width in channels[:-1])]
        for number, (wide, width) in enumerate(zip(before, channels, strict=True), 1):
            block = Bottleneck(wide, width, 1 if number == 1 else 2)
            self.add_module(f"layer{number}", nn.Sequential(block))
        self._levels = [f"layer{number}" for number in range(1, len(channels) + 1)]

    def forward(self, values: Tensor) -> list[Tensor]:
        """Return the features of every level, the finest first."""
        values, seen = functional.relu(self.bn1(self.conv1(values))), []
        for name in self._levels:
            values = self.get_submodule(name)(values)
            seen.append(values)
        return seen


class Pyramid(nn.Module):
    """What coarse levels see is added to the finer ones; the finest is given."""

    def __init__(self, channels: Sequence[int], out: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv3d(EXPANSION * width, out, 1) for width in channels)
        self.smooth = nn.Conv3d(out, out, 3, padding=1)

    def forward(self, levels: Sequence[Tensor]) -> Tensor:
        """Return (B, out, Z, Y, X)."""
        values: Tensor = self.lateral[-1](levels[-1])
        for number in reversed(range(len(levels) - 1)):
            coarse = functional.interpolate(values, scale_factor=2, mode="trilinear", align_corners=False)
            values = coarse + self.lateral[number](levels[number])
        found: Tensor = self.smooth(values)
        return found


class Residual(nn.Module):
    """Encoder, pyramid, projector to dense features, and a head for each map."""

    def __init__(self, spec: VolumeSpec) -> None:
        super().__init__()
        channels, pyramid, features = spec.channels, spec.pyramid_channels, spec.feature_channels
        self.encoder, self.decoder = Encoder(channels), Pyramid(channels, pyramid)
        self.projector = nn.Sequential(
            nn.Conv3d(pyramid, pyramid, 1, bias=False),
            nn.BatchNorm3d(pyramid),
            nn.ReLU(),
            nn.Conv3d(pyramid, pyramid, 1, bias=False),
            nn.BatchNorm3d(pyramid),
            nn.ReLU(),
            nn.Conv3d(pyramid, features, 1),
            nn.BatchNorm3d(features, affine=False),
        )
        self.foreground_head = head(features, 1)
        self.distance_head = head(features, 1)
        self.boundary_head = head(features, 1)
        self.class_head = head(features, spec.maps - len(MAPS)) if spec.maps > len(MAPS) else None

    def forward(self, values: Tensor) -> Tensor:
        """Return maps (B, M, Z, Y, X) of values (B, 1, Z, Y, X)."""
        features = self.projector(self.decoder(self.encoder(values)))
        heads = (self.foreground_head, self.distance_head, self.boundary_head, self.class_head)
        return cat([one(features) for one in heads if one is not None], 1)


def head(channels: int, maps: int) -> nn.Sequential:
    """Return what predicts maps from features."""
    first, second = HEAD_CHANNELS
    return nn.Sequential(
        nn.Conv3d(channels, first, 3, padding=1),
        nn.BatchNorm3d(first),
        nn.ReLU(),
        nn.Conv3d(first, second, 3, padding=1),
        nn.BatchNorm3d(second),
        nn.ReLU(),
        nn.Conv3d(second, maps, 3, padding=1),
    )
