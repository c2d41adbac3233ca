"""Mask R-CNN's heads: a grid of probabilities over each region.

He et al. 2017, Mask R-CNN, https://arxiv.org/abs/1703.06870

R: regions   K: classes   M: cells along a mask grid's side
"""

from collections.abc import Mapping
from typing import Any

import torch
from detectron2.config import CfgNode
from detectron2.layers import ShapeSpec
from detectron2.modeling.roi_heads.mask_head import MaskRCNNConvUpsampleHead
from detectron2.structures import Instances
from torch import Tensor, nn

from maskline.pictures.networks.heads.boxes import BoxHeads, pooled_shape, pooler
from maskline.pictures.networks.heads.parts import parts_of
from maskline.pictures.networks.losses import cross_entropy, dice
from maskline.pictures.networks.targets import on_grids


class GridMaskHead(MaskRCNNConvUpsampleHead):  # type: ignore[misc] # detectron2 is untyped
    """detectron2's mask head, taught by `Crops` as `gt_masks`.

    dice: the weight of a Dice loss; 0: none.
    """

    dice = 0.0

    def forward(self, pooled: Tensor, instances: list[Instances]) -> dict[str, Tensor]:
        """Return the losses of regions that hold an instance.  pooled: (R, channels, M / 2, M / 2)."""
        logits = self.layers(pooled)
        labelled = [regions for regions in instances if len(regions)]
        if not labelled:  # zero, yet a function of every parameter, so that all processes have gradients to share
            nothing = logits.sum() * 0
            return {"loss_mask": nothing, **({"loss_dice": nothing} if self.dice else {})}
        classes = torch.cat([regions.gt_classes for regions in labelled])
        grids = torch.cat([on_grids(i.gt_masks, i.proposal_boxes.tensor, logits.shape[-1]) for i in labelled]).float()
        losses = {"loss_mask": cross_entropy(logits, classes, grids)}
        return losses | ({"loss_dice": self.dice * dice(logits, classes, grids)} if self.dice else {})

    def probabilities(self, pooled: Tensor, classes: Tensor) -> Tensor:
        """Return how probable each cell is for the class of its region: (R, 1, M, M).  classes: (R,) int64."""
        logits: Tensor = self.layers(pooled)
        return logits[torch.arange(len(classes), device=classes.device), classes][:, None].sigmoid()


class GridHeads(BoxHeads):
    """Mask R-CNN's box and mask heads.  Masks are predicted a few regions at a time."""

    @classmethod
    def _init_mask_head(cls, cfg: CfgNode, input_shape: Mapping[str, ShapeSpec]) -> dict[str, Any]:
        part = cfg.MODEL.ROI_MASK_HEAD
        return {
            "mask_in_features": cfg.MODEL.ROI_HEADS.IN_FEATURES,
            "mask_pooler": pooler(cfg, part, input_shape),
            "mask_head": cls._mask_head(cfg, pooled_shape(cfg, part, input_shape)),
        }

    @classmethod
    def _mask_head(cls, cfg: CfgNode, pooled: ShapeSpec) -> nn.Module:
        return GridMaskHead(cfg, pooled)

    def _forward_mask(self, features: dict[str, Tensor], instances: list[Instances]) -> Any:
        if self.training:
            return super()._forward_mask(features, instances)
        for number, found in enumerate(instances):
            levels = [features[name][number : number + 1] for name in self.mask_in_features]
            parts = parts_of(found)
            pooled = (self.mask_pooler(levels, [part.pred_boxes]) for part in parts)
            masks = [self._masks(each, part.pred_classes) for each, part in zip(pooled, parts, strict=True)]
            found.pred_masks = torch.cat(masks)
        return instances

    def _masks(self, pooled: Tensor, classes: Tensor) -> Tensor:
        """Return the masks of regions, (R, 1, M, M), probabilities.  pooled: their features.  classes: (R,) int64."""
        masks: Tensor = self.mask_head.probabilities(pooled, classes)
        return masks
