"""Average precision while training: the same inference and the same measure as predict and evaluate use."""

from typing import Any

from maskline.contract.coco.average_precision import average_precision
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.inference import segment
from maskline.pictures.spec import ModelSpec
from maskline.train.data import decode_picture
from maskline.train.place import Place
from maskline.train.spool import Spool
from maskline.train.stopping import Stop

PICTURES_AT_ONCE = 4
SCORE_THRESHOLD = 0.05


def validate(network: Segmenter, spec: ModelSpec, spool: Spool, place: Place, stop: Stop) -> dict[str, float | None]:
    """Score the network on every picture of the spool, shared out over the processes.

    Returns mask_ap, mask_ap50 and mask_ap75 on the first process, nothing on the others. A process that is asked to
    stop leaves out what it has not seen by then.
    """
    mine = range(place.rank, len(spool), place.size)
    results: list[dict[str, Any]] = []
    for start in range(0, len(mine), PICTURES_AT_ONCE):
        if stop.asked:
            break
        samples = [spool[number] for number in mine[start : start + PICTURES_AT_ONCE]]
        found = segment(network, [decode_picture(sample) for sample in samples], SCORE_THRESHOLD)
        for sample, instances in zip(samples, found, strict=True):
            results += [instance | {"image_id": sample.image["id"]} for instance in instances]
    results = place.gather(results)
    if not place.first:
        return {}
    scores = average_precision(_truth(spool, spec), results, "segm", spec.detections_per_image)
    return {"mask_ap": scores.ap, "mask_ap50": scores.ap50, "mask_ap75": scores.ap75}


def _truth(spool: Spool, spec: ModelSpec) -> dict[str, Any]:
    samples = list(spool)
    return {
        "images": [sample.image for sample in samples],
        "annotations": [annotation for sample in samples for annotation in sample.annotations],
        "categories": spec.categories.coco(),
    }
