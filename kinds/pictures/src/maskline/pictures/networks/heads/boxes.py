"""Classes and boxes of regions, with losses that can be chosen.

R: regions over the whole batch   K: classes
"""

from collections.abc import Mapping
from typing import Any

import torch
from detectron2.config import CfgNode
from detectron2.layers import ShapeSpec, cross_entropy
from detectron2.modeling.box_regression import Box2BoxTransform
from detectron2.modeling.poolers import ROIPooler
from detectron2.modeling.roi_heads import StandardROIHeads, build_box_head
from detectron2.modeling.roi_heads.fast_rcnn import FastRCNNOutputLayers
from detectron2.structures import Instances
from torch import Tensor, nn

from maskline.pictures.networks.config import LossConfig


class BoxPredictor(FastRCNNOutputLayers):  # type: ignore[misc] # detectron2 is untyped
    """detectron2's last layers of a box head; its losses are those of a `LossConfig`.

    class_weights: (K + 1,) float32, what a region of a class counts; the last is that of no class.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.register_buffer("class_weights", torch.ones(self.num_classes + 1), persistent=False)

    def weigh(self, losses: LossConfig, classes: list[str]) -> None:
        """Use the losses that are told from now on.  classes: K names, in the order of the table."""
        self.box_reg_loss_type = losses.boxes
        self.loss_weight = {"loss_box_reg": losses.boxes_weight}
        told = [losses.class_weights.get(name, 1.0) for name in classes]
        self.class_weights[:-1] = self.class_weights.new_tensor(told)

    def losses(self, predictions: tuple[Tensor, Tensor], proposals: list[Instances]) -> dict[str, Tensor]:
        """Return loss_cls and loss_box_reg.

        predictions: (R, K + 1) logits and (R, 4 or 4 K) deltas.  proposals: with `gt_classes` and, if any, `gt_boxes`.
        """
        losses: dict[str, Tensor] = super().losses(predictions, proposals)
        classes = torch.cat([regions.gt_classes for regions in proposals])
        weights = self.class_weights.to(predictions[0].dtype)
        losses["loss_cls"] = cross_entropy(predictions[0], classes, weight=weights)
        return losses


def box_stage(
    cfg: CfgNode, shapes: Mapping[str, ShapeSpec], scale: tuple[float, ...]
) -> tuple[nn.Module, BoxPredictor]:
    """Make a box head and its last layers.  scale: what deltas of x, y, width and height are multiplied by."""
    head = build_box_head(cfg, pooled_shape(cfg, cfg.MODEL.ROI_BOX_HEAD, shapes))
    return head, BoxPredictor(cfg, head.output_shape, box2box_transform=Box2BoxTransform(weights=scale))


def pooler(cfg: CfgNode, head: CfgNode, shapes: Mapping[str, ShapeSpec]) -> ROIPooler:
    """Make what pools a region's features for a head.  head: the part of `cfg` that is about it."""
    return ROIPooler(
        output_size=head.POOLER_RESOLUTION,
        scales=[1 / shapes[name].stride for name in cfg.MODEL.ROI_HEADS.IN_FEATURES],
        sampling_ratio=head.POOLER_SAMPLING_RATIO,
        pooler_type=head.POOLER_TYPE,
    )


def pooled_shape(cfg: CfgNode, head: CfgNode, shapes: Mapping[str, ShapeSpec]) -> ShapeSpec:
    """Return the shape of a region's pooled features."""
    channels = shapes[cfg.MODEL.ROI_HEADS.IN_FEATURES[0]].channels
    return ShapeSpec(channels=channels, width=head.POOLER_RESOLUTION, height=head.POOLER_RESOLUTION)


class BoxHeads(StandardROIHeads):  # type: ignore[misc]
    """detectron2's box head with a `BoxPredictor`."""

    @classmethod
    def _init_box_head(cls, cfg: CfgNode, input_shape: Mapping[str, ShapeSpec]) -> dict[str, Any]:
        part = cfg.MODEL.ROI_BOX_HEAD
        head, predictor = box_stage(cfg, input_shape, part.BBOX_REG_WEIGHTS)
        names = {"box_in_features": cfg.MODEL.ROI_HEADS.IN_FEATURES, "box_pooler": pooler(cfg, part, input_shape)}
        return names | {"box_head": head, "box_predictor": predictor}
