"""PointRend's mask head: a coarse grid, refined where it is least certain.

Kirillov et al. 2020, PointRend: Image Segmentation as Rendering, https://arxiv.org/abs/1912.08193

R: regions over the whole batch   P: points per region
"""

from collections.abc import Mapping
from typing import Any

import torch
from detectron2.config import CfgNode
from detectron2.layers import ShapeSpec
from detectron2.projects.point_rend import PointRendMaskHead
from detectron2.projects.point_rend.mask_head import calculate_uncertainty
from detectron2.projects.point_rend.point_features import (
    get_point_coords_wrt_image,
    get_uncertain_point_coords_with_randomness,
)
from detectron2.structures import Boxes, Instances
from torch import Tensor

from maskline.pictures.networks.heads.boxes import BoxHeads
from maskline.pictures.networks.heads.parts import parts_of
from maskline.pictures.networks.losses import cross_entropy, dice
from maskline.pictures.networks.targets import at_points, on_grids


class PointMaskHead(PointRendMaskHead):  # type: ignore[misc] # detectron2 is untyped
    """PointRend's mask head, taught by `Crops` as `gt_masks`.

    A batch without any instance is no error, and many instances are no burden.
    dice: the weight of a Dice loss of the coarse grid; 0: none.
    """

    dice = 0.0

    def forward(self, features: dict[str, Tensor], instances: list[Instances]) -> Any:
        """Return losses in train mode, instances with `pred_masks` in eval mode."""
        if not self.training:
            return [self._found(features, number, found) for number, found in enumerate(instances)]
        labelled = [regions for regions in instances if len(regions)]
        if not labelled:
            # Zero, yet a function of every parameter, so that processes training together all have gradients to share.
            nothing = sum(parameter.sum() * 0 for parameter in self.parameters())
            return {"loss_mask": nothing, "loss_mask_point": nothing, **({"loss_dice": nothing} if self.dice else {})}
        boxes = [regions.proposal_boxes for regions in instances]
        classes = torch.cat([regions.gt_classes for regions in labelled])
        coarse = self.coarse_head(self._roi_pooler(features, boxes))
        grids = torch.cat([on_grids(i.gt_masks, i.proposal_boxes.tensor, coarse.shape[-1]) for i in labelled]).float()
        with torch.no_grad():
            points = self._uncertain_points(coarse, classes)
        fine = self._point_pooler(features, boxes, points)
        refined = self._get_point_logits(fine, points, coarse)
        in_picture = get_point_coords_wrt_image(Boxes.cat(boxes).tensor, points).split([len(i) for i in labelled])
        labels = [at_points(i.gt_masks, places) for i, places in zip(labelled, in_picture, strict=True)]
        losses = {
            "loss_mask": cross_entropy(coarse, classes, grids),
            "loss_mask_point": cross_entropy(refined, classes, torch.cat(labels)),
        }
        return losses | ({"loss_dice": self.dice * dice(coarse, classes, grids)} if self.dice else {})

    def _uncertain_points(self, coarse: Tensor, classes: Tensor) -> Tensor:
        """Return points to learn at, (R, P, 2) in 0..1 of their region: most where `coarse` is least certain."""
        points: Tensor = get_uncertain_point_coords_with_randomness(
            coarse,
            lambda logits: calculate_uncertainty(logits, classes),
            self.mask_point_train_num_points,
            self.mask_point_oversample_ratio,
            self.mask_point_importance_sample_ratio,
        )
        return points

    def _found(self, features: dict[str, Tensor], number: int, found: Instances) -> Instances:
        """Return what was found in picture `number` with its masks."""
        levels = {name: level[number : number + 1] for name, level in features.items()}
        return Instances.cat([super(PointMaskHead, self).forward(levels, [part])[0] for part in parts_of(found)])


class PointHeads(BoxHeads):
    """Box and point heads in which the point head reads its own choice of feature maps."""

    @classmethod
    def _init_mask_head(cls, cfg: CfgNode, input_shape: Mapping[str, ShapeSpec]) -> dict[str, Any]:
        names = dict.fromkeys([*cfg.MODEL.ROI_MASK_HEAD.IN_FEATURES, *cfg.MODEL.POINT_HEAD.IN_FEATURES])
        head = PointMaskHead(cfg, {name: input_shape[name] for name in names})
        return {"mask_in_features": list(names), "mask_pooler": None, "mask_head": head}
