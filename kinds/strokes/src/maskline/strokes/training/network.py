"""The network while it learns: its loss terms.

S: strokes   B: objects   N: strokes of the longest object   K: parts' classes
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from maskline.contract.kind.training import Item
from maskline.strokes.classes import Classes, mirrored, without_side
from maskline.strokes.networks.batch import Strokes
from maskline.strokes.networks.network import UNTOLD, SketchNetwork
from maskline.strokes.spec import StrokeSpec
from maskline.strokes.training.augment import augmented
from maskline.strokes.training.config import StrokeTraining
from maskline.strokes.training.items import NONE, Drawings
from maskline.strokes.training.objects import Objects, apart
from maskline.strokes.training.scenes import composed
from maskline.strokes.training.swapping import swapped


class LearningNetwork(SketchNetwork):
    """A `SketchNetwork` whose call returns loss terms."""

    weight: Tensor
    """(K,): how much a stroke of each part counts."""
    mirror: Tensor
    """(K,): what each part is in a mirrored sketch."""
    family: Tensor
    """(K,): the same number for both sides of a part."""

    def __init__(self, spec: StrokeSpec, config: StrokeTraining) -> None:
        super().__init__(spec, config.dropout)
        self._config = config
        weights = [config.class_weights.get(name, 1.0) for name in Classes(spec.categories).parts]
        self.register_buffer("weight", torch.tensor(weights), persistent=False)
        mirror = mirror_of(Classes(spec.categories).parts)
        self.register_buffer("mirror", torch.tensor(mirror), persistent=False)
        families = [without_side(part) for part in Classes(spec.categories).parts]
        self.register_buffer("family", torch.tensor([families.index(each) for each in families]), persistent=False)

    def forward(self, items: Sequence[Item]) -> dict[str, Tensor]:
        """Return loss terms of items (`training.items`) that have brought their luck."""
        config, drawings = self._config, augmented(Drawings.of(items), self._config.augmentation, self.mirror)
        single = apart(drawings)
        if config.augmentation.swap:
            single = swapped(single, config.augmentation.swap, len(self.weight))
        told = torch.rand(len(single.category), device=single.category.device) < config.told
        reading = self.read(single.strokes, torch.where(told, single.category + 1, UNTOLD))
        every = functional.cross_entropy(reading.categories, single.category, reduction="none", label_smoothing=0.05)
        untold = (~told).to(every.dtype)
        losses = {
            "loss_parts": self._parts(reading.parts, single),
            "loss_category": config.category_weight * (every * untold).sum() / untold.sum().clamp(min=1),
            "loss_instances": config.instance_weight * self._same_instance(reading.same[..., 1], single),
        }
        if config.scenes:
            losses["loss_objects"] = config.object_weight * self._objects(drawings, single)
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

    def _same_instance(self, logits: Tensor, single: Objects) -> Tensor:
        """Return the loss of which strokes of one part, whatever its side, are one instance."""
        family = torch.where(single.part == NONE, NONE, self.family[single.part.clamp(min=0)])
        return _same(logits, single.strokes, single.instance, family)

    def _objects(self, drawings: Drawings, single: Objects) -> Tensor:
        """Return the loss of which strokes are one object: of scenes that were drawn, and of scenes put together."""
        losses = []
        counts = torch.bincount(drawings.sketch, minlength=len(drawings.luck))
        most = counts.new_zeros(len(counts)).scatter_reduce(
            0, drawings.sketch, drawings.object, "amax", include_self=False
        )
        several = most > 0
        if several.any():
            strokes = torch.nonzero(several[drawings.sketch])[:, 0]
            drawn = Strokes.numbered(drawings.points[strokes], counts[several]).normalised()
            losses.append(self._same_object(drawn, drawings.object[strokes]))
        scenes = composed(single.strokes, single.category, single.luck, self._config.scenes, self._config.scene_objects)
        if scenes:
            losses.append(self._same_object(*scenes))
        return torch.stack(losses).mean() if losses else single.luck.new_zeros(())

    def _same_object(self, strokes: Strokes, objects: Tensor) -> Tensor:
        told = torch.full((len(strokes.counts),), self.scene, device=objects.device)
        return _same(self.read(strokes, told).same[..., 0], strokes, objects, torch.zeros_like(objects))


def _same(logits: Tensor, strokes: Strokes, group: Tensor, among: Tensor) -> Tensor:
    """Return the binary cross-entropy of pairs of strokes.

    logits: (B, N, N).  group: (S,) pairs of one group belong together; NONE takes no part.  among: (S,) pairs that
    differ in this do not count.
    """
    groups, kinds = strokes.padded(group + 1) - 1, strokes.padded(among)
    counts = (groups[:, :, None] != NONE) & (groups[:, None] != NONE) & (kinds[:, :, None] == kinds[:, None])
    counts = counts.triu(1)
    together = groups[:, :, None] == groups[:, None]
    every = functional.binary_cross_entropy_with_logits(logits, together.to(logits.dtype), reduction="none")
    # Each sketch counts alike, and in it the pairs that belong together as much as the others, however many there are.
    means = [_mean(every, counts & chosen) for chosen in (together, ~together)]
    total, there = (torch.stack(each).sum() for each in zip(*means, strict=True))
    return total / there.clamp(min=1)


def _mean(values: Tensor, chosen: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sum over sketches of the mean of some pairs, (B, N, N), and how many sketches have any."""
    pairs = chosen.sum((1, 2))
    return ((values * chosen).sum((1, 2)) / pairs.clamp(min=1)).sum(), (pairs > 0).sum().to(values.dtype)


def mirror_of(parts: Sequence[str]) -> list[int]:
    """Return the place of what each part is in a mirrored sketch; itself where the table has no such class."""
    return [parts.index(name) if (name := mirrored(part)) in parts else at for at, part in enumerate(parts)]
