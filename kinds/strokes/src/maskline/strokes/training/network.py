"""The network while it learns: its loss terms.

S: strokes   B: objects   N: strokes of the longest object   K: parts' classes
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from maskline.contract.kind.training import Item
from maskline.strokes.classes import Classes
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import UNTOLD, SketchNetwork
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.config import StrokeTraining
from maskline.strokes.training.items import LABELS, NONE
from maskline.strokes.training.scenes import composed


@dataclass(frozen=True, slots=True)
class Objects:
    """Every object of a batch on its own.  category: (B,).  part, instance: (S,).  luck: (B, L)."""

    strokes: Strokes
    category: Tensor
    part: Tensor
    instance: Tensor
    luck: Tensor


class LearningNetwork(SketchNetwork):
    """A `SketchNetwork` whose call returns loss terms."""

    weight: Tensor
    """(K,): how much a stroke of each part counts."""

    def __init__(self, spec: StrokeSpec, config: StrokeTraining) -> None:
        super().__init__(spec, config.dropout)
        self._config = config
        weights = [config.class_weights.get(name, 1.0) for name in Classes(spec.categories).parts]
        self.register_buffer("weight", torch.tensor(weights), persistent=False)

    def forward(self, items: Sequence[Item]) -> dict[str, Tensor]:
        """Return loss terms of items (`training.items`), each varied."""
        config, single = self._config, apart(items)
        told = torch.rand(len(single.category), device=single.category.device) < config.told
        reading = self.read(single.strokes, torch.where(told, single.category + 1, UNTOLD))
        every = functional.cross_entropy(reading.categories, single.category, reduction="none", label_smoothing=0.05)
        untold = (~told).to(every.dtype)
        losses = {
            "loss_parts": self._parts(reading.parts, single),
            "loss_category": config.category_weight * (every * untold).sum() / untold.sum().clamp(min=1),
            "loss_instances": config.instance_weight * _instances(reading.same[..., 1], single),
        }
        if config.scenes:
            losses["loss_objects"] = config.object_weight * self._objects(items, single)
        return losses

    def _parts(self, logits: Tensor, single: Objects) -> Tensor:
        """Return the mean over labelled strokes; smoothed over the parts that the object has."""
        allowed = self.allowed[single.category][single.strokes.sketch]
        chances = functional.log_softmax(logits.masked_fill(~allowed, -torch.inf), 1).masked_fill(~allowed, 0)
        known = single.part != NONE
        part = single.part.clamp(min=0)
        truth = -chances.gather(1, part[:, None])[:, 0]
        smooth = -chances.sum(1) / allowed.sum(1)
        loss = (1 - self._config.label_smoothing) * truth + self._config.label_smoothing * smooth
        weight = self.weight[part] * known
        return (loss * weight).sum() / weight.sum().clamp(min=1)

    def _objects(self, items: Sequence[Item], single: Objects) -> Tensor:
        """Return the loss of which strokes are one object: of scenes that were drawn, and of scenes put together."""
        losses = []
        drawn = [item for item in items if int(item["object"].max()) > int(item["object"].min())]
        if drawn:
            strokes = Strokes.of([item["points"] for item in drawn]).normalised()
            losses.append(self._same_object(strokes, torch.cat([item["object"] for item in drawn])))
        scenes = composed(single.strokes, single.luck, self._config.scenes, self._config.scene_objects)
        if scenes:
            losses.append(self._same_object(*scenes))
        return torch.stack(losses).mean() if losses else single.luck.new_zeros(())

    def _same_object(self, strokes: Strokes, objects: Tensor) -> Tensor:
        told = torch.full((len(strokes.counts),), self.scene, device=objects.device)
        return _same(self.read(strokes, told).same[..., 0], strokes, objects, torch.zeros_like(objects))


def apart(items: Sequence[Item]) -> Objects:
    """Return every object of a batch on its own, normalised; strokes of no object are left out."""
    joined = {name: torch.cat([item[name] for item in items]) for name in ("points", *LABELS)}
    owner = torch.repeat_interleave(
        torch.arange(len(items), device=joined["object"].device),
        torch.tensor([len(item["object"]) for item in items], device=joined["object"].device),
    )
    one = owner * (int(joined["object"].max()) + 1) + joined["object"]
    mine = torch.nonzero(joined["object"] != NONE)[:, 0]
    mine = mine[one[mine].argsort(stable=True)]
    _, counts = one[mine].unique_consecutive(return_counts=True)
    strokes = Strokes.numbered(joined["points"][mine], counts).normalised()
    first = counts.cumsum(0) - counts
    luck = torch.stack([item["luck"] for item in items])[owner[mine][first]]
    number = joined["object"][mine][first]  # objects of one sketch must not share their luck
    luck = (luck + number[:, None] * 0.6180339887) % 1
    return Objects(strokes, joined["category"][mine][first], joined["part"][mine], joined["instance"][mine], luck)


def _instances(logits: Tensor, single: Objects) -> Tensor:
    """Return the loss of which strokes of one part are one instance."""
    return _same(logits, single.strokes, single.instance, single.part)


def _same(logits: Tensor, strokes: Strokes, group: Tensor, among: Tensor) -> Tensor:
    """Return the binary cross-entropy of pairs of strokes.

    logits: (B, N, N).  group: (S,) pairs of one group belong together; NONE takes no part.  among: (S,) pairs that
    differ in this do not count.
    """
    groups, kinds = strokes.padded(group + 1) - 1, strokes.padded(among)
    counts = (groups[:, :, None] != NONE) & (groups[:, None] != NONE) & (kinds[:, :, None] == kinds[:, None])
    counts = counts.triu(1)
    if not counts.any():
        return logits.new_zeros(())
    together = (groups[:, :, None] == groups[:, None]).to(logits.dtype)
    return functional.binary_cross_entropy_with_logits(logits[counts], together[counts])
