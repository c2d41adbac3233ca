"""Sketches as COCO: masks of chosen width, and a picture that has the same size and its ink where they are."""

from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from maskline.contract.coco import rle
from maskline.strokes.formats.coco import annotations_of, picture_of
from maskline.strokes.painting import frame_of
from maskline.strokes.sketch import Part, Sketch, Stroke, Thing

IDS = {"house": 1, "house/wall": 2, "house/roof": 3}


def house() -> Sketch:
    square = Stroke(np.array([[0.0, 100], [100, 100], [100, 200], [0, 200], [0, 100]]))
    roof = Stroke(np.array([[0.0, 100], [50, 0], [100, 100]]))
    dot = Stroke(np.array([[50.0, 150]]))
    parts = (Part("wall", (0, 2), crowd=True), Part("roof", (1,)))
    return Sketch("house/1", (square, roof, dot), None, (Thing("house", (0, 1, 2), parts),))


def test_an_object_has_the_masks_of_all_its_strokes_and_each_part_of_its_own() -> None:
    frame = frame_of(house(), 300)
    whole, wall, roof = annotations_of(house(), frame, IDS, 6)

    assert [(one["category_id"], one["iscrowd"], one["object"], one["strokes"]) for one in (whole, wall, roof)] == [
        (1, 0, 1, [0, 1, 2]),
        (2, 1, 1, [0, 2]),
        (3, 0, 1, [1]),
    ]
    masks = [rle.decode(one["segmentation"]) for one in (whole, wall, roof)]
    assert (masks[0] == (masks[1] | masks[2])).all()
    assert masks[0].shape == (frame.height, frame.width)
    assert [one["area"] for one in (whole, wall, roof)] == [mask.sum() for mask in masks]
    expected = 4 * 100 * frame.scale * 6
    assert abs(wall["area"] - expected) < 0.06 * expected


def test_a_mask_is_as_wide_as_asked() -> None:
    frame = frame_of(house(), 300)
    thin, wide = (annotations_of(house(), frame, IDS, width)[2]["area"] for width in (3, 9))

    assert abs(wide / thin - 3) < 0.15


def test_the_pictures_ink_is_where_the_objects_mask_is() -> None:
    given = replace(house(), strokes=house().strokes)
    picture = np.asarray(Image.open(BytesIO(picture_of(given, 300, 6))))
    mask = rle.decode(annotations_of(given, frame_of(given, 300), IDS, 6)[0]["segmentation"])

    assert picture.shape == mask.shape
    assert ((picture < 138) == mask).mean() > 0.999
