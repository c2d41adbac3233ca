"""Cascade Mask R-CNN's heads: three stages, each of which starts from the boxes of the one before.

Cai and Vasconcelos 2019, Cascade R-CNN: High Quality Object Detection and Instance Segmentation,
https://arxiv.org/abs/1906.09756. Every stage learns masks in its own boxes; while predicting, all of them look at the
boxes of the last one, and a mask is the mean of theirs (section 5.2 there).
"""

from collections.abc import Mapping
from typing import Any

import torch
from detectron2.config import CfgNode
from detectron2.layers import ShapeSpec
from detectron2.modeling.matcher import Matcher
from detectron2.modeling.roi_heads import CascadeROIHeads, select_foreground_proposals
from detectron2.modeling.roi_heads.cascade_rcnn import _ScaleGradient
from detectron2.structures import Boxes, Instances, pairwise_iou
from torch import Tensor, nn

from maskline.pictures.networks.heads.boxes import box_stage, pooler
from maskline.pictures.networks.heads.masks import GridHeads, GridMaskHead

Losses = dict[str, Tensor]


class CascadeHeads(CascadeROIHeads, GridHeads):  # type: ignore[misc] # detectron2 is untyped
    """detectron2's cascade of box heads, and a mask head for each of its stages."""

    @classmethod
    def _init_box_head(cls, cfg: CfgNode, input_shape: Mapping[str, ShapeSpec]) -> dict[str, Any]:
        part = cfg.MODEL.ROI_BOX_CASCADE_HEAD
        stages = [box_stage(cfg, input_shape, scale) for scale in part.BBOX_REG_WEIGHTS]
        return {
            "box_in_features": cfg.MODEL.ROI_HEADS.IN_FEATURES,
            "box_pooler": pooler(cfg, cfg.MODEL.ROI_BOX_HEAD, input_shape),
            "box_heads": [head for head, _ in stages],
            "box_predictors": [predictor for _, predictor in stages],
            "proposal_matchers": [Matcher([iou], [0, 1]) for iou in part.IOUS],
        }

    @classmethod
    def _mask_head(cls, cfg: CfgNode, pooled: ShapeSpec) -> nn.Module:
        return nn.ModuleList(GridMaskHead(cfg, pooled) for _ in cfg.MODEL.ROI_BOX_CASCADE_HEAD.IOUS)

    def forward(self, images: Any, features: dict[str, Tensor], proposals: list[Instances], targets: Any = None) -> Any:
        """Return proposals and losses in train mode, instances with `pred_masks` in eval mode."""
        if not self.training:
            return super().forward(images, features, proposals)
        maps = [features[name] for name in self.box_in_features]
        proposals = self.label_and_sample_proposals(proposals, targets)
        losses: Losses = {}
        for stage, predictor in enumerate(self.box_predictor):
            predictions = self._run_stage(maps, proposals, stage)
            terms = predictor.losses(predictions, proposals) | self._mask_losses(features, proposals, stage)
            losses |= {f"{name}_stage{stage}": loss for name, loss in terms.items()}
            if stage + 1 < self.num_cascade_stages:
                boxes = predictor.predict_boxes(predictions, proposals)
                proposals = self._create_proposals_from_boxes(boxes, [found.image_size for found in proposals])
                self._label(proposals, stage + 1, targets)
        return proposals, losses

    def _mask_losses(self, features: dict[str, Tensor], proposals: list[Instances], stage: int) -> Losses:
        instances, _ = select_foreground_proposals(proposals, self.num_classes)
        maps = [features[name] for name in self.mask_in_features]
        pooled = self.mask_pooler(maps, [regions.proposal_boxes for regions in instances])
        # As detectron2 does with the stages' boxes: together they teach the features as much as one stage would.
        losses: Losses = self.mask_head[stage](_ScaleGradient.apply(pooled, 1 / self.num_cascade_stages), instances)
        return losses

    @torch.no_grad()
    def _label(self, proposals: list[Instances], stage: int, targets: list[Instances]) -> None:
        """Give proposals the class, box and mask of the instance that they overlap as much as the stage demands."""
        for found, truth in zip(proposals, targets, strict=True):
            overlaps = pairwise_iou(truth.gt_boxes, found.proposal_boxes)
            matched, enough = self.proposal_matchers[stage](overlaps)
            if len(truth):
                for name, value in truth.get_fields().items():
                    found.set(name, value[matched])
                found.gt_classes[enough == 0] = self.num_classes
            else:
                found.gt_classes = torch.full_like(matched, self.num_classes)
                found.gt_boxes = Boxes(overlaps.new_zeros(len(found), 4))

    def _masks(self, pooled: Tensor, classes: Tensor) -> Tensor:
        every = [head.probabilities(pooled, classes) for head in self.mask_head]
        return torch.stack(every).mean(0)
