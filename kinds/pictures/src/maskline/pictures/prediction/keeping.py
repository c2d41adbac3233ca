"""What is kept of what was found: per class, what scores enough and is large enough.  Importing it loads torch."""

from collections.abc import Mapping
from dataclasses import replace

from maskline.contract.categories import CategoryTable
from maskline.contract.coco import rle
from maskline.contract.thresholds import Threshold
from maskline.pictures.prediction.config import PicturePrediction
from maskline.pictures.prediction.inference import Found


def limits(config: PicturePrediction, categories: CategoryTable) -> Mapping[int, Threshold]:
    """Return what holds for each class, by category id.  Raises InvalidInput for a class that the table lacks."""
    for name in (*config.thresholds, *config.min_pixels):
        categories.id_of(name)
    return {
        category.id: Threshold(
            score=config.thresholds.get(category.name, config.score_threshold),
            pixels=config.min_pixels.get(category.name, 0),
        )
        for category in categories.categories
    }


def kept(found: Found, limit: Mapping[int, Threshold]) -> Found:
    """Return what is in one picture without what scores too low or is too small for its class."""
    instances = [
        instance
        for instance in found.instances
        if instance["score"] >= limit[instance["category_id"]].score
        and rle.area(instance["segmentation"]) >= limit[instance["category_id"]].pixels
    ]
    return replace(found, instances=instances)
