"""Average precision while training: the same inference and the same measure as predict and evaluate use."""

from collections.abc import Sequence
from typing import Any

from maskline.contract.coco.average_precision import average_precision
from maskline.contract.shard import Sample
from maskline.pictures.networks.segmenter import Segmenter
from maskline.pictures.prediction.inference import segment
from maskline.pictures.spec import ModelSpec
from maskline.pictures.training.items import decode_picture

SCORE_THRESHOLD = 0.05


def results(network: Segmenter, samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """Return COCO results of a few pictures, which go through the network together."""
    found = segment(network, [decode_picture(sample) for sample in samples], SCORE_THRESHOLD)
    return [
        instance | {"image_id": sample.image["id"]}
        for sample, instances in zip(samples, found, strict=True)
        for instance in instances
    ]


def scores(spec: ModelSpec, samples: Sequence[Sample], results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Return mask_ap, mask_ap50 and mask_ap75, 0..1, of the results of all samples."""
    truth = {
        "images": [sample.image for sample in samples],
        "annotations": [annotation for sample in samples for annotation in sample.annotations],
        "categories": spec.categories.coco(),
    }
    found = average_precision(truth, list(results), "segm", spec.detections_per_image)
    return {"mask_ap": found.ap, "mask_ap50": found.ap50, "mask_ap75": found.ap75}
