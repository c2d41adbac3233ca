"""Region proposals whose losses are worked out only where they look.

The losses look at a few hundred anchors of a picture. Sent back through the convolutions over all of it, as detectron2
does, a gradient that is zero nearly everywhere takes a sixth of a step of pointrend-r50; here the layers are applied
once more, with the same weights, at the places of these anchors alone, and the gradient goes back from there.

B: pictures   C: channels   A: anchors at a place   S: anchors that the losses look at, over all pictures
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from detectron2.modeling.proposal_generator import RPN
from detectron2.modeling.proposal_generator.proposal_utils import find_top_rpn_proposals
from detectron2.structures import Boxes, Instances
from fvcore.nn import smooth_l1_loss
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Candidates:
    """What proposals are chosen from: a box for every anchor, level by level.

    boxes: (B, anchors of the level, 4).  logits: (B, anchors of the level).
    """

    boxes: Sequence[Tensor]
    logits: Sequence[Tensor]

    def of(self, number: int) -> "Candidates":
        """Return those of one picture."""
        own = slice(number, number + 1)
        return Candidates([level[own] for level in self.boxes], [level[own] for level in self.logits])


class SampledProposals(RPN):  # type: ignore[misc] # detectron2 is untyped
    """detectron2's proposal network: the same proposals, losses and gradients."""

    def candidates(self, features: dict[str, Tensor]) -> Candidates:
        """Score every anchor and move it to where an instance may be."""
        maps = [features[name] for name in self.in_features]
        logits, deltas = self._scored(maps)
        return Candidates(self._decode_proposals(self.anchor_generator(maps), deltas), logits)

    def best(self, candidates: Candidates, sizes: Sequence[tuple[int, int]], needed: int) -> list[Instances]:
        """Return the proposals of each picture: as many as the network was made for, or `needed` if that is more.

        sizes: (h, w) of each picture.
        """
        limits = max(self.pre_nms_topk[False], needed), max(self.post_nms_topk[False], needed)
        found: list[Instances] = find_top_rpn_proposals(
            candidates.boxes, candidates.logits, sizes, self.nms_thresh, *limits, self.min_box_size, training=False
        )
        return found

    def forward(self, images: Any, features: dict[str, Tensor], gt_instances: Any = None) -> Any:
        """Return proposals for every picture and the losses.  Needs train mode."""
        maps = [features[name] for name in self.in_features]
        anchors = self.anchor_generator(maps)
        with torch.no_grad():
            logits, deltas = self._scored(maps)
        labels, boxes = (torch.stack(each) for each in self.label_and_sample_anchors(anchors, gt_instances))
        losses = self._sampled_losses(maps, Boxes.cat(anchors).tensor, labels, boxes)
        return self.predict_proposals(anchors, logits, deltas, images.image_sizes), losses

    def _scored(self, maps: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """Return of every level logits, (B, anchors), and deltas, (B, anchors, 4)."""
        logits, deltas = self.rpn_head(maps)
        logits = [level.permute(0, 2, 3, 1).flatten(1) for level in logits]
        deltas = [level.unflatten(1, (-1, 4)).permute(0, 3, 4, 1, 2).flatten(1, -2) for level in deltas]
        return logits, deltas

    def _sampled_losses(self, maps: list[Tensor], anchors: Tensor, labels: Tensor, boxes: Tensor) -> dict[str, Tensor]:
        """labels: (B, anchors), 1 for an instance, 0 for none, -1 where no loss looks.  boxes: to be found there."""
        picture, anchor = (labels >= 0).nonzero().unbind(1)
        logits, deltas = self._at(maps, picture, anchor)
        instance = labels[picture, anchor] == 1
        wanted = self.box2box_transform.get_deltas(anchors[anchor[instance]], boxes[picture, anchor][instance])
        losses = {
            "loss_rpn_cls": F.binary_cross_entropy_with_logits(logits, instance.float(), reduction="sum"),
            "loss_rpn_loc": smooth_l1_loss(deltas[instance], wanted, self.smooth_l1_beta, reduction="sum"),
        }
        looked_at = self.batch_size_per_image * len(labels)
        return {name: loss / looked_at * self.loss_weight[name] for name, loss in losses.items()}

    def _at(self, maps: list[Tensor], picture: Tensor, anchor: Tensor) -> tuple[Tensor, Tensor]:
        """Apply the layers at the places of anchors alone: logits, (S,), and deltas, (S, 4)."""
        head, kinds = self.rpn_head, self.anchor_generator.num_anchors[0]
        seen, order, start = [], [], 0
        for level in maps:
            height, width = level.shape[-2:]
            end = start + height * width * kinds
            here = ((anchor >= start) & (anchor < end)).nonzero()[:, 0]
            place = (anchor[here] - start) // kinds
            seen.append(_neighbourhoods(level, picture[here], place // width, place % width))
            order.append(here)
            start = end
        around = torch.cat(seen)[torch.cat(order).argsort()]
        hidden = F.relu(F.linear(around, head.conv.weight.permute(0, 2, 3, 1).flatten(1), head.conv.bias))
        each, kind = torch.arange(len(anchor), device=anchor.device), anchor % kinds
        logits, deltas = (
            F.linear(hidden, layer.weight.flatten(1), layer.bias)
            for layer in (head.objectness_logits, head.anchor_deltas)
        )
        return logits[each, kind], deltas.unflatten(1, (kinds, 4))[each, kind]


def _neighbourhoods(level: Tensor, picture: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """Return what a 3 x 3 convolution sees at (x, y), zeros beyond the rim.

    level: (B, C, H, W).  picture, y, x: (S,).  Returns (S, 9 * C), rows first, channels last.
    """
    height, width = level.shape[-2:]
    around = torch.arange(-1, 2, device=y.device)
    rows, columns = y[:, None, None] + around[:, None], x[:, None, None] + around
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    places = (picture[:, None, None] * height + rows.clamp(0, height - 1)) * width + columns.clamp(0, width - 1)
    # index_select, because its gradient is summed in one order whatever the number of threads
    found = level.permute(0, 2, 3, 1).flatten(0, 2).index_select(0, places.flatten())
    return (found.view(*places.shape, level.shape[1]) * inside[..., None]).flatten(1)
