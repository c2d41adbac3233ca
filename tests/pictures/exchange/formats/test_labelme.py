"""labelme: shapes and groups of them."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import found, grey, grid, png, remarks, take, write

from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore

SHAPE = (20, 30)


def shape(label: str, kind: str, points: list[list[float]], **more: Any) -> dict[str, Any]:
    return {"label": label, "shape_type": kind, "points": points, "group_id": None, "flags": {}} | more


def document(*shapes: dict[str, Any], **more: Any) -> bytes:
    own = {"version": "5.5.0", "shapes": shapes, "imagePath": "a.png", "imageData": None}
    return json.dumps(own | {"imageHeight": 20, "imageWidth": 30} | more).encode()


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    mask = np.zeros(SHAPE, bool)
    mask[top:bottom, left:right] = True
    return mask


def test_every_shape_that_has_an_area_is_read(tmp_path: Path, directory_store: DirectoryStore) -> None:
    bits = base64.b64encode(png(grid("101 111"))).decode()
    shapes = (
        shape("cell", "polygon", [[2, 2], [8, 2], [8, 6], [2, 6]]),
        shape("cell", "rectangle", [[20, 15], [10, 10]]),
        shape("round", "circle", [[25, 5], [25, 8]]),
        shape("cell", "mask", [[4, 12], [6, 13]], mask=bits),
        shape("cell", "point", [[1, 1]]),
    )
    dataset = take(directory_store, write(tmp_path, {"a.json": document(*shapes), "a.png": grey(SHAPE)}))
    (polygon, rectangle, bitmap), (circle,) = (
        [mask for name, mask in found(dataset)["a.png"] if name == wanted] for wanted in ("cell", "round")
    )
    assert (polygon == box(2, 2, 8, 6)).all()
    assert (rectangle == box(10, 10, 20, 15)).all()
    assert abs(circle.sum() - np.pi * 9) < 3
    assert (bitmap[12:14, 4:7] == grid("101 111")).all()
    assert bitmap.sum() == 5
    assert any(remark.endswith("shapes without an area are passed over: 1 point") for remark in remarks(dataset))


def test_shapes_of_one_group_and_label_are_one_instance(tmp_path: Path, directory_store: DirectoryStore) -> None:
    shapes = (
        shape("cell", "rectangle", [[0, 0], [5, 5]], group_id=3),
        shape("cell", "rectangle", [[10, 0], [12, 5]], group_id=3),
        shape("cell", "rectangle", [[20, 0], [25, 5]]),
        shape("nucleus", "rectangle", [[1, 1], [2, 2]], group_id=3),
    )
    dataset = take(directory_store, write(tmp_path, {"a.json": document(*shapes), "a.png": grey(SHAPE)}))
    pieces, single, nucleus = found(dataset)["a.png"]
    assert (pieces[1] == box(0, 0, 5, 5) | box(10, 0, 12, 5)).all()
    assert (single[1] == box(20, 0, 25, 5)).all()
    assert nucleus[0] == "nucleus"


def test_a_picture_is_found_by_its_path_else_it_is_in_the_file(tmp_path: Path, directory_store: DirectoryStore) -> None:
    one = shape("cell", "rectangle", [[0, 0], [5, 5]])
    inside = base64.b64encode(grey(SHAPE, 77)).decode()
    files = {
        "labels/a.json": document(one, imagePath="..\\pictures\\a.png"),
        "pictures/a.png": grey(SHAPE),
        "labels/b.json": document(one, imagePath="elsewhere/b.jpg", imageData=inside),
    }
    assert len(found(take(directory_store, write(tmp_path, files)))) == 2


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, directory_store: DirectoryStore) -> None:
    files = {
        "a.png": grey(SHAPE),
        "a.json": document(
            shape("", "rectangle", [[0, 0], [5, 5]]),
            shape("cell", "rectangle", [[0, 0]]),
            shape("cell", "polygon", [[0, 0], [90, 0], [0, 9]]),
            shape("cell", "mask", [[0, 0], [1, 1]], mask="?"),
        ),
        "b.json": document(shape("cell", "rectangle", [[0, 0], [5, 5]]), imagePath="b.png"),
        "c.json": document(imageWidth=None),
        "d.json": b"{",
    }
    with pytest.raises(InvalidInput) as raised:
        take(directory_store, write(tmp_path, files))
    told = str(raised.value)
    for words in (
        "7 things are wrong",
        "a.json: shape 0 (rectangle): label = ''",
        "a.json: shape 1 (rectangle): it has 1 points, and must have 2",
        "a.json: shape 2 (polygon): polygon 0 reaches 60 px out of the picture",
        "a.json: shape 3 (mask): its mask is no base64",
        "(b.png): there is no such file",
        "c.json: imageWidth = None",
        "d.json: it is no JSON",
    ):
        assert words in told


def test_a_circle_that_is_far_larger_than_the_picture_covers_it(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    files = {"a.json": document(shape("cell", "circle", [[15, 10], [1e9, 10]])), "a.png": grey(SHAPE)}
    ((_, mask),) = found(take(directory_store, write(tmp_path, files)))["a.png"]
    assert mask.all()
