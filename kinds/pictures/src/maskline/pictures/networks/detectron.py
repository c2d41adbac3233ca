"""A network of detectron2: its configuration, data structures, event storage and warnings.

C: channels   H, W: pixels of the frame   N: instances of one picture
"""

from collections.abc import Sequence
from importlib import resources
from typing import TypeVar

import torch
from detectron2.config import CfgNode, get_cfg
from detectron2.modeling import Backbone, StandardROIHeads
from detectron2.modeling.meta_arch.rcnn import GeneralizedRCNN
from detectron2.projects.point_rend import add_pointrend_config
from detectron2.structures import Boxes, Instances
from detectron2.utils.events import EventStorage
from torch import Tensor, nn

from maskline.pictures.networks.config import LossConfig
from maskline.pictures.networks.heads.boxes import BoxPredictor
from maskline.pictures.networks.heads.cascade import CascadeHeads
from maskline.pictures.networks.heads.masks import GridHeads, GridMaskHead
from maskline.pictures.networks.heads.points import PointHeads, PointMaskHead
from maskline.pictures.networks.proposals import Candidates, SampledProposals
from maskline.pictures.networks.segmenter import Detections, Segmenter, TrainingImage
from maskline.pictures.networks.silence import quiet
from maskline.pictures.spec import Heads, ModelSpec

Part = TypeVar("Part", bound=nn.Module)
PROPOSALS_PER_DETECTION = 2
"""While predicting: an instance has several proposals, and the best of them has not always the best score."""
CROWDED = 2 / 3
"""The share of the boxes asked for from which on more are looked for in a picture, among more proposals: on a page of
367 instances, those meant for 300 detections leave 2.7 % of them without any."""
MORE = 4
"""So many times more are looked for then, and so on: the proposals for all that may be asked for cost as much as many
instances, where there are few."""
HEADS: dict[Heads, type[StandardROIHeads]] = {
    "pointrend": PointHeads,
    "mask-rcnn": GridHeads,
    "cascade-mask-rcnn": CascadeHeads,
}


def network_config(spec: ModelSpec) -> CfgNode:
    """Return detectron2's configuration of `spec.architecture`, with the classes, anchors and limits of `spec`."""
    config = get_cfg()
    add_pointrend_config(config)
    for part in (spec.heads, "narrow" if spec.body == "narrow" else "resnet"):
        with resources.as_file(resources.files("maskline.pictures") / "networks" / f"{part}.yaml") as file:
            config.merge_from_file(str(file))
    model = config.MODEL
    model.ROI_HEADS.NUM_CLASSES = len(spec.categories.categories)
    model.POINT_HEAD.NUM_CLASSES = len(spec.categories.categories)
    if spec.anchor_sizes_px:
        model.ANCHOR_GENERATOR.SIZES = [[size] for size in spec.anchor_sizes_px]
    if spec.anchor_ratios:
        model.ANCHOR_GENERATOR.ASPECT_RATIOS = [list(spec.anchor_ratios)]
    most = PROPOSALS_PER_DETECTION * spec.detections_per_image
    model.RPN.PRE_NMS_TOPK_TEST = max(model.RPN.PRE_NMS_TOPK_TEST, most)
    model.RPN.POST_NMS_TOPK_TEST = max(model.RPN.POST_NMS_TOPK_TEST, most)
    config.TEST.DETECTIONS_PER_IMAGE = spec.detections_per_image
    return config


class DetectronSegmenter(Segmenter):
    """A detectron2 network behind the doorway. The names of `network`'s weights are detectron2's own."""

    def __init__(self, spec: ModelSpec, config: CfgNode, backbone: Backbone) -> None:
        """Put proposals and heads on `backbone`, as `config` says."""
        super().__init__(spec)
        shapes = backbone.output_shape()
        self.network = GeneralizedRCNN(
            backbone=backbone,
            proposal_generator=SampledProposals(config, shapes),
            roi_heads=HEADS[spec.heads](config, shapes),
            pixel_mean=config.MODEL.PIXEL_MEAN,
            pixel_std=config.MODEL.PIXEL_STD,
        )

    def sample(self, regions: int, proposals: int) -> None:
        """Set the numbers of regions and of proposals in training."""
        self.network.roi_heads.batch_size_per_image = regions
        self.network.proposal_generator.post_nms_topk[True] = proposals  # the key: whether it is training

    def weigh(self, losses: LossConfig) -> None:
        """Set the losses of the heads."""
        classes = [category.name for category in self.spec.categories.categories]
        for predictor in self._parts(BoxPredictor):
            predictor.weigh(losses, classes)
        for grid in self._parts(GridMaskHead):
            grid.dice = losses.dice
        for points in self._parts(PointMaskHead):
            points.dice = losses.dice

    def _parts(self, kind: type[Part]) -> list[Part]:
        """Return the heads' layers of a kind: one, or one for each stage of a cascade."""
        return [part for part in self.network.roi_heads.modules() if isinstance(part, kind)]

    @property
    def dense(self) -> Sequence[nn.Module]:
        """Backbone, pyramid, and the convolutions that score proposals."""
        return self.network.backbone, self.network.proposal_generator.rpn_head

    def losses(self, batch: Sequence[TrainingImage]) -> dict[str, Tensor]:
        """Return detectron2's losses of classes, boxes, proposals and masks."""
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
        """Return detections with mask grids; non-maximum suppression applies.

        The pictures go through backbone and proposals once. In a crowded one boxes are looked for again among more
        proposals, and masks are made last, of what is kept.
        """
        network, limit = self.network, min(most, self.spec.detections_per_image)
        for predictor in self._parts(BoxPredictor):
            predictor.test_score_thresh = score_threshold
        with quiet():
            images = network.preprocess_image([{"image": _channels(pixels)} for pixels in batch])
            features = network.backbone(images.tensor)
            candidates = network.proposal_generator.candidates(features)
            found = self._boxes(features, candidates, images.image_sizes, limit)
            for number, size in enumerate(images.image_sizes):
                own = {name: level[number : number + 1] for name, level in features.items()}
                asked = limit
                while asked < most and len(found[number]) >= CROWDED * asked:
                    asked = min(most, MORE * asked)
                    (found[number],) = self._boxes(own, candidates.of(number), [size], asked)
            found = network.roi_heads.forward_with_given_boxes(features, found)
        return [_detections(instances) for instances in found]

    def _boxes(
        self, features: dict[str, Tensor], candidates: Candidates, sizes: Sequence[tuple[int, int]], most: int
    ) -> list[Instances]:
        """Find the best `most` boxes of every picture, among as many proposals as they need.  sizes: (h, w) of each."""
        for predictor in self._parts(BoxPredictor):
            predictor.test_topk_per_image = most
        proposals = self.network.proposal_generator.best(candidates, sizes, PROPOSALS_PER_DETECTION * most)
        boxes: list[Instances] = self.network.roi_heads._forward_box(features, proposals)  # noqa: SLF001 - boxes alone
        return boxes


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
