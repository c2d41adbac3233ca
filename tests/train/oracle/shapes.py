"""Small pictures with plain shapes, and their classes."""

import numpy as np

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.kind.training import training_of
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample, annotation_id, image_id

SIDE = 64  # pixels
SHAPES = CategoryTable(
    domain="shapes",
    policy="1",
    categories=(Category(id=1, name="block", colour="#aa0000"), Category(id=5, name="bar", colour="#0000aa")),
)
KIND = training_of("coco/1")


def shapes(index: int) -> Sample:
    """Draw a block above a bar, dark on white, at places that depend on the index."""
    rng = np.random.default_rng(index)
    picture = np.full((SIDE, SIDE), 255, dtype=np.uint8)
    annotations = []
    for number, (category, height, width) in enumerate([(1, 20, 20), (5, 6, 40)]):
        x, y = (int(v) for v in rng.integers(0, [SIDE - width, SIDE // 2 - height]))
        y += number * SIDE // 2
        picture[y : y + height, x : x + width] = 40
        mask = rle.encode_crop(np.ones((height, width), dtype=bool), x, y, SIDE, SIDE)
        ids = {"id": annotation_id(index, number), "image_id": image_id(index), "category_id": category}
        annotations.append({**ids, "bbox": rle.bbox(mask), "area": rle.area(mask), "iscrowd": 0, "segmentation": mask})
    image = {"id": image_id(index), "file_name": f"{index:06d}.png", "width": SIDE, "height": SIDE, "group": str(index)}
    return Sample(f"{index:06d}", {"png": encode_png(picture)}, image, annotations)
