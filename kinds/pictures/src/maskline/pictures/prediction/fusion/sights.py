"""Several finders of instances as one."""

from collections.abc import Callable, Sequence
from itertools import chain

from maskline.pictures.prediction.config import Fusion, PicturePrediction
from maskline.pictures.prediction.fusion.ranking import Instance
from maskline.pictures.prediction.fusion.suppression import suppressed
from maskline.pictures.prediction.fusion.weighted_boxes import weighted_boxes
from maskline.pictures.prediction.inference import Finder, Found, Pixels
from maskline.pictures.prediction.rules import of_one_class

Fuse = Callable[[Sequence[Sequence[Instance]], float], list[Instance]]
"""From what each sight of a picture found, and an IoU, to what is in it, best first."""

FUSIONS: dict[Fusion, Fuse] = {
    "nms": lambda sights, iou: suppressed(chain.from_iterable(sights), "bbox", iou),
    "mask-nms": lambda sights, iou: suppressed(chain.from_iterable(sights), "segmentation", iou),
    "boxes": weighted_boxes,
}


def together(finders: Sequence[Finder], config: PicturePrediction) -> Finder:
    """Return a finder that asks all of them, and fuses what they find in a picture.

    With `one_class` the instances get their class before: what was found under two would be there twice otherwise.
    """

    def found(pictures: Sequence[Pixels]) -> list[Found]:
        every = zip(*(find(pictures) for find in finders), strict=True)
        return [_fused(sights, config) for sights in every]

    return found


def _fused(sights: Sequence[Found], config: PicturePrediction) -> Found:
    seen = [sight.instances for sight in sights]
    fused = FUSIONS[config.fusion](of_one_class(seen) if config.one_class else seen, config.fusion_iou)
    scored = [instance for instance in fused if instance["score"] >= config.score_threshold]
    limited = any(sight.limited for sight in sights) or len(scored) > config.max_detections
    return Found(scored[: config.max_detections], limited)
