"""A picture is shown as it is, and with its masks in the colours of their classes."""

import numpy as np

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.coco import rle
from maskline.contract.kind.records import records_of
from maskline.contract.picture import encode_png
from maskline.contract.shard import Sample

TABLE = CategoryTable(domain="dots", policy="plain", categories=(Category(id=1, name="dot", colour="#0000ff"),))


def test_a_picture_is_shown_plain_and_with_its_masks_painted() -> None:
    mask = np.zeros((4, 6), np.bool_)
    mask[1:3, 2:5] = True
    picture = np.full((4, 6), 200, np.uint8)
    image = {"id": 1, "file_name": "1.png", "width": 6, "height": 4, "group": "1"}
    label = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": rle.encode(mask)}
    plain, painted = records_of("coco/1").painted(Sample("1", {"png": encode_png(picture)}, image, [label]), TABLE)
    assert (plain == picture).all()
    assert painted.shape == (4, 6, 3)
    assert (painted[mask][:, 2] > painted[mask][:, 0]).all()
    assert (painted[~mask] == 200).all()
