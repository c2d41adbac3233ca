"""CVAT's "images 1.1"."""

from pathlib import Path

import numpy as np
import pytest
from handmade import found, grey, grid, remarks, take, write

from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore

SHAPE = (20, 30)
LABELS = "<meta><task><labels><label><name>round</name></label><label><name>cell</name></label></labels></task></meta>"


def document(*images: str) -> bytes:
    return f'<?xml version="1.0"?><annotations><version>1.1</version>{LABELS}{"".join(images)}</annotations>'.encode()


def image(name: str, *shapes: str, more: str = "") -> str:
    return f'<image id="0" name="{name}" width="30" height="20" {more}>{"".join(shapes)}</image>'


BOX = '<box label="cell" xtl="10.0" ytl="10.0" xbr="20.0" ybr="15.0" z_order="0"/>'


def test_every_shape_that_has_an_area_is_read(tmp_path: Path, directory_store: DirectoryStore) -> None:
    shapes = (
        '<polygon label="cell" points="2.0,2.0;8.0,2.0;8.0,6.0;2.0,6.0"/>',
        BOX,
        '<ellipse label="round" cx="25" cy="5" rx="4" ry="2"/>',
        '<mask label="cell" rle="0, 1, 1, 4" left="4" top="12" width="3" height="2"/>',
        '<polyline label="cell" points="1,1;2,2"/>',
        '<box label="cell" xtl="10" ytl="2" xbr="14" ybr="8" rotation="90"/>',
    )
    source = write(tmp_path, {"annotations.xml": document(image("a.png", *shapes)), "images/a.png": grey(SHAPE)})
    dataset = take(directory_store, source)
    assert dataset.manifest.categories.names == ("round", "cell")
    (_, polygon), (_, box), (kind, ellipse), (_, bitmap), (_, turned) = found(dataset)["a.png"]
    assert (np.argwhere(polygon).min(0) == (2, 2)).all()
    assert polygon.sum() == 24
    assert box[10:15, 10:20].all()
    assert box.sum() == 50
    assert kind == "round"
    assert abs(ellipse.sum() - np.pi * 8) < 3
    assert np.ptp(np.argwhere(ellipse), axis=0).tolist() == [3, 7]
    assert (bitmap[12:14, 4:7] == grid("101 111")).all()
    assert turned[3:7, 9:15].all()
    assert turned.sum() == 24
    assert any(remark.endswith("what has no area is passed over: 1 polyline") for remark in remarks(dataset))


def test_shapes_of_one_group_are_one_instance_and_a_subset_is_a_split(
    tmp_path: Path, directory_store: DirectoryStore
) -> None:
    grouped = [BOX.replace("<box", f'<box group_id="{group}"') for group in ("10", "10", "1", "0", "0")]
    xml = document(image("a.png", *grouped, more='subset="Train"'), image("b.png", BOX, more='subset="Validation"'))
    files = {"annotations.xml": xml, "images/a.png": grey(SHAPE), "images/b.png": grey(SHAPE, 1)}
    dataset = take(directory_store, write(tmp_path, files), split="")
    assert len(found(dataset, "train")["a.png"]) == 4
    assert len(found(dataset, "val")["b.png"]) == 1


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, directory_store: DirectoryStore) -> None:
    shapes = (
        '<box xtl="1" ytl="1" xbr="2" ybr="2"/>',
        '<box label="cell" xtl="x" ytl="1" xbr="2" ybr="2"/>',
        '<polygon label="cell" points="1,1;2"/>',
        '<ellipse label="cell" cx="1" cy="1" rx="0" ry="2"/>',
        '<mask label="cell" rle="1, 2" left="0" top="0" width="3" height="2"/>',
        '<mask label="cell" rle="99999999999999999999" left="0" top="0" width="3" height="2"/>',
        '<mask label="cell" rle="0, 6" left="29" top="0" width="3" height="2"/>',
    )
    files = {
        "annotations.xml": document(image("a.png", *shapes), image("gone.png", BOX)),
        "images/a.png": grey(SHAPE),
        "video.xml": b"<annotations><track/></annotations>",
        "bomb.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><annotations/>',
    }
    with pytest.raises(InvalidInput) as raised:
        take(directory_store, write(tmp_path, files))
    told = str(raised.value)
    for words in (
        "10 things are wrong",
        "(a.png): box 0: it has no label",
        "box 1: xtl = 'x': it must be a number",
        "polygon 2: polygon 0 has 3 numbers",
        "ellipse 3: its radii are 0 and 2 px",
        "mask 4: its rle must be lengths of runs that add up to its box of 3 x 2 = 6",
        "mask 5: its rle must be whole numbers",
        "mask 6: its box reaches out of the picture of 30 x 20 px",
        "(gone.png): there is no such file",
        "video.xml: it holds tracks of a video",
        "bomb.xml: it declares a document type",
    ):
        assert words in told
