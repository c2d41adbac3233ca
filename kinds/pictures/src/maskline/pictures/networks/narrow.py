"""The body of the narrow networks: a few million parameters for pictures of a few hundred pixels.

A thin stroke survives no downsampling, so the first convolutions are small, no pooling follows them, and the point head
reads the picture itself beside the finest feature level.
"""

import torch.nn.functional as F  # noqa: N812 - torch's own habit
from detectron2.layers import ShapeSpec
from detectron2.modeling import Backbone
from detectron2.modeling.backbone.resnet import BasicBlock
from torch import Tensor, nn

from maskline.pictures.networks.detectron import DetectronSegmenter, network_config
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.spec import ModelSpec

WIDTHS = (32, 64, 128, 256)
"""Channels of the four residual stages, at strides 4, 8, 16 and 32."""
PYRAMID_CHANNELS = 64
LEVELS = ("p2", "p3", "p4")
"""Pyramid levels the heads read. The fourth stage only informs the third level from above."""


class InkPyramid(Backbone):  # type: ignore[misc] # detectron2 is untyped
    """Four residual stages of one block each, a feature pyramid, and the normalised picture under the name `ink`."""

    def __init__(self, channels: int) -> None:
        """Make the layers.  channels: of the picture."""
        super().__init__()
        self.channels = channels
        self.stem = nn.Sequential(*_convolution(channels, WIDTHS[0] // 2), *_convolution(WIDTHS[0] // 2, WIDTHS[0]))
        before = (WIDTHS[0], *WIDTHS[:-1])
        self.stages = nn.ModuleList(
            BasicBlock(inner, width, stride=1 if number == 0 else 2, norm="BN")
            for number, (inner, width) in enumerate(zip(before, WIDTHS, strict=True))
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, PYRAMID_CHANNELS, 1) for width in WIDTHS)
        self.output = nn.ModuleList(nn.Conv2d(PYRAMID_CHANNELS, PYRAMID_CHANNELS, 3, padding=1) for _ in LEVELS)
        for layer in (*self.lateral, *self.output):  # as detectron2 begins its own pyramids
            nn.init.kaiming_uniform_(layer.weight, a=1)
            nn.init.zeros_(layer.bias)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        """Return p2, p3, p4 at strides 4, 8, 16 and ink at stride 1.

        picture: (B, C, H, W), normalised, H and W multiples of 32.
        """
        maps, below = [], self.stem(picture)
        for stage in self.stages:
            below = stage(below)
            maps.append(below)
        context = self.lateral[-1](maps[-1])
        features = {"ink": picture}
        for number in reversed(range(len(LEVELS))):
            context = self.lateral[number](maps[number]) + F.interpolate(context, scale_factor=2.0, mode="nearest")
            features[LEVELS[number]] = self.output[number](context)
        return features

    def output_shape(self) -> dict[str, ShapeSpec]:
        """Return channels and stride of every feature map."""
        levels = {name: ShapeSpec(channels=PYRAMID_CHANNELS, stride=4 << number) for number, name in enumerate(LEVELS)}
        return {**levels, "ink": ShapeSpec(channels=self.channels, stride=1)}

    @property
    def size_divisibility(self) -> int:
        """Pixels that the padded sides of a picture must be multiples of."""
        return 4 << (len(WIDTHS) - 1)


def _convolution(inner: int, outer: int) -> tuple[nn.Module, ...]:
    """Make a 3 x 3 convolution that halves the sides, batch normalisation, ReLU."""
    layer = nn.Conv2d(inner, outer, 3, stride=2, padding=1, bias=False)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return layer, nn.BatchNorm2d(outer), nn.ReLU(inplace=True)


def build(spec: ModelSpec) -> Segmenter:
    """Build the network with random weights."""
    config = network_config(spec)
    config.MODEL.PIXEL_MEAN = list(config.MODEL.PIXEL_MEAN) * spec.channels
    config.MODEL.PIXEL_STD = list(config.MODEL.PIXEL_STD) * spec.channels
    return DetectronSegmenter(spec, config, InkPyramid(spec.channels))
