"""Networks on a ResNet and a feature pyramid, as detectron2 builds them.

He et al. 2016, Deep Residual Learning, https://arxiv.org/abs/1512.03385; x152 has the 32 groups of 8 channels of
Xie et al. 2017, Aggregated Residual Transformations, https://arxiv.org/abs/1611.05431.
"""

from detectron2.modeling import build_backbone

from maskline.pictures.networks.detectron import DetectronSegmenter, network_config
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.spec import ModelSpec


def build(spec: ModelSpec) -> Segmenter:
    """Build the network with random weights."""
    config = network_config(spec)
    frozen = spec.normalisation == "frozen"
    layers = config.MODEL.RESNETS
    layers.DEPTH = int(spec.body[1:])
    if spec.body == "x152":
        layers.NUM_GROUPS, layers.WIDTH_PER_GROUP = 32, 8
    layers.STRIDE_IN_1X1 = spec.strides == "1x1"
    layers.NORM = "FrozenBN" if frozen else "BN"
    config.MODEL.BACKBONE.FREEZE_AT = 2 if frozen else 0
    return DetectronSegmenter(spec, config, build_backbone(config))
