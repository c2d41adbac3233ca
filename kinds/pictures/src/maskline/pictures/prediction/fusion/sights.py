"""Several finders of instances as one."""

from collections.abc import Callable, Sequence
from itertools import chain

from maskline.pictures.prediction.config import Fusion, PicturePrediction
from maskline.pictures.prediction.fusion.agreement import agreed
from maskline.pictures.prediction.fusion.ranking import Instance
from maskline.pictures.prediction.fusion.suppression import Shape, suppressed
from maskline.pictures.prediction.fusion.weighted_boxes import weighted_boxes
from maskline.pictures.prediction.inference import Finder, Found, Pixels
from maskline.pictures.prediction.rules import of_one_class

Fuse = Callable[[Sequence[Sequence[Instance]], float], list[Instance]]
"""From what each sight of a picture found, and an IoU, to what is in it, best first."""

SHAPES: dict[Fusion, Shape] = {"nms": "bbox", "mask-nms": "segmentation", "boxes": "bbox"}
"""What of two instances overlaps where they are one."""
FUSIONS: dict[Fusion, Fuse] = {
    "nms": lambda sights, iou: suppressed(chain.from_iterable(sights), "bbox", iou),
    "mask-nms": lambda sights, iou: suppressed(chain.from_iterable(sights), "segmentation", iou),
    "boxes": weighted_boxes,
}


def together(finders: Sequence[Finder], config: PicturePrediction) -> Finder:
    """Return a finder that asks all of them, and fuses what they find in a picture.

    What is left says which share of several finders found it (`agreement`). With `one_class` the instances get their
    class before they are fused: what was found under two would be there twice otherwise.
    """

    def found(pictures: Sequence[Pixels]) -> list[Found]:
        every = zip(*(find(pictures) for find in finders), strict=True)
        return [_fused(sights, config) for sights in every]

    return found


def _fused(sights: Sequence[Found], config: PicturePrediction) -> Found:
    seen = [sight.instances for sight in sights]
    if config.one_class:
        seen = of_one_class(seen)
    fused = FUSIONS[config.fusion](seen, config.fusion_iou)
    scored = [instance for instance in fused if instance["score"] >= config.score_threshold]
    limited = any(sight.limited for sight in sights) or len(scored) > config.max_detections
    best = scored[: config.max_detections]
    if len(sights) > 1:
        best = agreed(best, seen, SHAPES[config.fusion], config.fusion_iou)
    return Found(best, limited)
