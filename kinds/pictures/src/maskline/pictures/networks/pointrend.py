"""pointrend-r50: detectron2's PointRend on ResNet-50 and FPN.

Kirillov et al. 2020, PointRend: Image Segmentation as Rendering, https://arxiv.org/abs/1912.08193
"""

from detectron2.modeling import build_backbone

from maskline.pictures.networks.detectron import DetectronSegmenter, network_config
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.spec import ModelSpec


def build(spec: ModelSpec) -> Segmenter:
    """Build the network with random weights."""
    config = network_config(spec)
    frozen = spec.normalisation == "frozen"
    config.MODEL.RESNETS.NORM = "FrozenBN" if frozen else "BN"
    config.MODEL.BACKBONE.FREEZE_AT = 2 if frozen else 0
    return DetectronSegmenter(spec, config, build_backbone(config))
