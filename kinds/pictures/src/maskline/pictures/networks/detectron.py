"""The one room that speaks detectron2: its configuration, data structures, event storage and warnings.

C: channels   H, W: pixels of the frame   N: instances of one picture   R: regions over the whole batch
"""

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from detectron2.config import CfgNode, get_cfg
from detectron2.layers import ShapeSpec
from detectron2.modeling import Backbone, StandardROIHeads
from detectron2.modeling.meta_arch.rcnn import GeneralizedRCNN
from detectron2.projects.point_rend import PointRendMaskHead, add_pointrend_config
from detectron2.projects.point_rend.mask_head import calculate_uncertainty
from detectron2.projects.point_rend.point_features import (
    get_point_coords_wrt_image,
    get_uncertain_point_coords_with_randomness,
)
from detectron2.structures import Boxes, Instances
from detectron2.utils.events import EventStorage
from torch import Tensor, nn

from maskline.pictures.networks.proposals import SampledProposals
from maskline.pictures.networks.segmenter import Detections, Segmenter, TrainingImage
from maskline.pictures.networks.silence import quiet
from maskline.pictures.networks.targets import at_points, on_grids
from maskline.pictures.spec import ModelSpec

PROPOSALS_PER_DETECTION = 2
"""While predicting: an instance has several proposals, and the best of them has not always the best score."""
CROWDED = 2 / 3
"""The share of `detections_per_image` from which on a picture is looked at once more, with proposals for all asked for:
on a page of 367 instances, those meant for 300 detections leave 2.7 % of them without any."""
MORE = 4
"""So many times more are looked for then, and so on: the proposals for all that may be asked for cost as much as many
instances, where there are few."""
REGIONS_AT_ONCE = {"cpu": 8, "cuda": 512}
"""How many masks are refined together: as many as fit a core's cache, or keep a GPU busy."""


def network_config(spec: ModelSpec) -> CfgNode:
    """Return detectron2's configuration of `spec.architecture`, with the classes and limits of `spec`."""
    config = get_cfg()
    add_pointrend_config(config)
    with resources.as_file(resources.files("maskline.pictures") / "networks" / f"{spec.architecture}.yaml") as file:
        config.merge_from_file(str(file))
    model = config.MODEL
    model.ROI_HEADS.NUM_CLASSES = len(spec.categories.categories)
    model.POINT_HEAD.NUM_CLASSES = len(spec.categories.categories)
    most = PROPOSALS_PER_DETECTION * spec.detections_per_image
    model.RPN.POST_NMS_TOPK_TEST = max(model.RPN.POST_NMS_TOPK_TEST, most)
    config.TEST.DETECTIONS_PER_IMAGE = spec.detections_per_image
    return config


class PointMaskHead(PointRendMaskHead):  # type: ignore[misc] # detectron2 is untyped
    """PointRend's mask head, taught by `Crops` as `gt_masks`.

    A batch without any instance is no error, and many instances are no burden.
    """

    def forward(self, features: dict[str, Tensor], instances: list[Instances]) -> Any:
        """Return losses in train mode, instances with `pred_masks` in eval mode."""
        if not self.training:
            return super().forward(features, instances)
        labelled = [regions for regions in instances if len(regions)]
        if not labelled:
            # Zero, yet a function of every parameter, so that processes training together all have gradients to share.
            nothing = sum(parameter.sum() * 0 for parameter in self.parameters())
            return {"loss_mask": nothing, "loss_mask_point": nothing}
        boxes = [regions.proposal_boxes for regions in instances]
        classes = torch.cat([regions.gt_classes for regions in labelled])
        coarse = self.coarse_head(self._roi_pooler(features, boxes))
        grids = [on_grids(i.gt_masks, i.proposal_boxes.tensor, coarse.shape[-1]) for i in labelled]
        with torch.no_grad():
            points = self._uncertain_points(coarse, classes)
        fine = self._point_pooler(features, boxes, points)
        refined = self._get_point_logits(fine, points, coarse)
        in_picture = get_point_coords_wrt_image(Boxes.cat(boxes).tensor, points).split([len(i) for i in labelled])
        labels = [at_points(i.gt_masks, places) for i, places in zip(labelled, in_picture, strict=True)]
        return {
            "loss_mask": _cross_entropy(coarse, classes, torch.cat(grids).float()),
            "loss_mask_point": _cross_entropy(refined, classes, torch.cat(labels)),
        }

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

    def _subdivision_inference(
        self, features: dict[str, Tensor], mask_representations: Tensor, instances: list[Instances]
    ) -> list[Instances]:
        """Refine a few masks at a time: the points of a whole batch would leave every cache."""
        refine = super()._subdivision_inference
        step = REGIONS_AT_ONCE[mask_representations.device.type]
        done, start = [], 0
        for number, found in enumerate(instances):
            levels = {name: level[number : number + 1] for name, level in features.items()}
            coarse = mask_representations[start : start + len(found)]
            start += len(found)
            parts = [slice(i, i + step) for i in range(0, max(len(found), 1), step)]
            done.append(Instances.cat([refine(levels, coarse[part], [found[part]])[0] for part in parts]))
        return done


class PointHeads(StandardROIHeads):  # type: ignore[misc]
    """Box and point heads in which the point head reads its own choice of feature maps."""

    @classmethod
    def _init_mask_head(cls, cfg: CfgNode, input_shape: Mapping[str, ShapeSpec]) -> dict[str, Any]:
        names = dict.fromkeys([*cfg.MODEL.ROI_MASK_HEAD.IN_FEATURES, *cfg.MODEL.POINT_HEAD.IN_FEATURES])
        head = PointMaskHead(cfg, {name: input_shape[name] for name in names})
        return {"mask_in_features": list(names), "mask_pooler": None, "mask_head": head}


class DetectronSegmenter(Segmenter):
    """A detectron2 network behind the doorway. The names of `network`'s weights are detectron2's own."""

    def __init__(self, spec: ModelSpec, config: CfgNode, backbone: Backbone) -> None:
        """Put proposals and heads on `backbone`, as `config` says."""
        super().__init__(spec)
        shapes = backbone.output_shape()
        self.network = GeneralizedRCNN(
            backbone=backbone,
            proposal_generator=SampledProposals(config, shapes),
            roi_heads=PointHeads(config, shapes),
            pixel_mean=config.MODEL.PIXEL_MEAN,
            pixel_std=config.MODEL.PIXEL_STD,
        )
        self.proposals = config.MODEL.RPN.PRE_NMS_TOPK_TEST, config.MODEL.RPN.POST_NMS_TOPK_TEST

    def sample(self, regions: int, proposals: int) -> None:
        """Set the numbers of regions and of proposals in training."""
        self.network.roi_heads.batch_size_per_image = regions
        self.network.proposal_generator.post_nms_topk[True] = proposals  # the key: whether it is training

    @property
    def dense(self) -> Sequence[nn.Module]:
        """Backbone, pyramid, and the convolutions that score proposals."""
        return self.network.backbone, self.network.proposal_generator.rpn_head

    def losses(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        """Return detectron2's losses of classes, boxes, proposals, coarse masks and points."""
        planes = self.spec.channels
        inputs = [
            {"image": _channels(image.pixels.expand(planes, -1, -1)), "instances": _instances(image)} for image in batch
        ]
        # detectron2's heads report figures to a storage that must be open; nobody reads this one.
        with quiet(), EventStorage():
            losses: dict[str, Tensor] = self.network(inputs)
        return losses

    @torch.no_grad()
    def predict(self, batch: Sequence[Tensor], score_threshold: float, most: int) -> list[Detections]:
        """Return detections with mask grids; non-maximum suppression applies."""
        limit = min(most, self.spec.detections_per_image)
        found = self._detect(batch, score_threshold, limit)
        for number, pixels in enumerate(batch):
            asked = limit
            while asked < most and len(found[number].scores) >= CROWDED * asked:
                asked = min(most, MORE * asked)
                (found[number],) = self._detect([pixels], score_threshold, asked)
        return found

    def _detect(self, batch: Sequence[Tensor], score_threshold: float, most: int) -> list[Detections]:
        """Go through the network once, with as many proposals as `most` detections need."""
        proposals, predictor = self.network.proposal_generator, self.network.roi_heads.box_predictor
        predictor.test_score_thresh, predictor.test_topk_per_image = score_threshold, most
        needed = PROPOSALS_PER_DETECTION * most if most > self.spec.detections_per_image else 0
        for limit, own in zip((proposals.pre_nms_topk, proposals.post_nms_topk), self.proposals, strict=True):
            limit[False] = max(own, needed)  # the key: whether it is training
        with quiet():
            found = self.network.inference([{"image": _channels(pixels)} for pixels in batch], do_postprocess=False)
        return [_detections(instances) for instances in found]


def _cross_entropy(logits: Tensor, classes: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over regions and places of what each region's own class says.  logits: (R, classes, ...)."""
    regions = torch.arange(len(classes), device=logits.device)
    return F.binary_cross_entropy_with_logits(logits[regions, classes], targets)


def _channels(pixels: Tensor) -> Tensor:
    """Turn RGB into the BGR that detectron2's published weights expect; grey stays."""
    return pixels.flip(0)


def _instances(image: TrainingImage) -> Instances:
    instances = Instances(tuple(image.pixels.shape[1:]))
    instances.gt_boxes = Boxes(image.boxes)
    instances.gt_classes = image.classes
    instances.gt_masks = image.masks
    return instances


def _detections(instances: Instances) -> Detections:
    return Detections(
        boxes=instances.pred_boxes.tensor.float().cpu(),
        scores=instances.scores.float().cpu(),
        classes=instances.pred_classes.cpu(),
        masks=instances.pred_masks[:, 0].float().cpu(),
    )
