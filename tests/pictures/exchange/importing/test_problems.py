"""All that is wrong with a dataset is told of in one list, and nothing is written."""

import math
from typing import TYPE_CHECKING, Any

import pytest

from maskline.contract.errors import InvalidInput
from maskline.contract.picture.file import FORMATS
from maskline.contract.store.directory import DirectoryStore
from maskline.pictures.exchange.importing import labels

if TYPE_CHECKING:
    from tests.pictures.exchange.conftest import Theirs

GONE = object()
RLE = {"size": [40, 60], "counts": "rubbish"}


def problems(theirs: "Theirs", store: DirectoryStore) -> list[str]:
    """Return the lines of the list, without the path of the document."""
    with pytest.raises(InvalidInput) as raised:
        theirs.imported(store)
    assert not store.root.exists()
    head, *lines = str(raised.value).split("\n  ")
    assert head.endswith("wrong, so nothing was imported:")
    return [line.removeprefix(f"{theirs.folder}/") for line in lines]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id", 2, "instances.json: annotation number 1: another annotation has the id 2 already"),
        ("id", GONE, "instances.json: annotation number 0: its id is None, it must be a number or a text"),
        ("image_id", 70, "instances.json: annotation 1: there is no image 70"),
        ("category_id", 3, "instances.json: annotation 1 of image 7: category_id = 3: there is no such category"),
        ("iscrowd", 2, "iscrowd = 2: it must be 0 or 1"),
        ("bbox", [5, 5, 10], "bbox = [5, 5, 10]: it must be four finite numbers [x, y, w, h]"),
        ("bbox", [5, 5, 0, 10], "bbox = [5, 5, 0, 10]: its width and height must be more than 0"),
        ("bbox", [5, 5, 57, 10], "bbox = [5, 5, 57, 10]: it reaches out of the picture of 60 x 40 px"),
        ("bbox", [5, 5, math.nan, 10], "it must be four finite numbers"),
        ("area", math.inf, "area = inf: it must be a number, 0 or more"),
        ("area", 10**400, ": it must be a number, 0 or more"),
        ("score", [math.nan], "one of score holds NaN or infinity, which are no JSON"),
        ("segmentation", GONE, "segmentation: it must be a list of polygons or an RLE with size and counts"),
        ("segmentation", [], "segmentation: it must be a list of polygons or an RLE with size and counts"),
        ("segmentation", [[1, 1, 9, 9]], "polygon 0 has 4 numbers: it must have an even number of them, 6 at least"),
        (
            "segmentation",
            [1, 1, 9, 1, 9, 9],
            "it is a flat list of numbers, a pair of brackets around them is missing: a",
        ),
        (
            "segmentation",
            [[1, 1, 9, 1, 9, 9], 7],
            "polygon 1 is the number 7, a pair of brackets around its numbers is",
        ),
        (
            "segmentation",
            [[[1, 1, 9, 1, 9, 9]]],
            "it is nested too deep, 1 pair of brackets to spare: a list of polygons",
        ),
        ("segmentation", [[[[1, 1, 9, 1, 9, 9]]]], "it is nested too deep, 2 pairs of brackets to spare: a list of"),
        (
            "segmentation",
            [[[1, 1], [9, 1], [9, 9]]],
            "each point has a pair of brackets of its own, which are spare: a",
        ),
        (
            "segmentation",
            [[1, 1], [9, 1], [9, 9]],
            "each point has a pair of brackets of its own, which are spare: a list",
        ),
        ("segmentation", RLE | {"counts": [2300.5, 99.5]}, "its counts hold 2300.5: lengths of runs are whole numbers"),
        ("segmentation", RLE | {"counts": [2300, math.nan]}, "its counts hold nan: lengths of runs are whole numbers"),
        ("category_id", 1.5, "annotation 1 of image 7: category_id = 1.5: there is no such category"),
        ("segmentation", [[1, 1, 9, 9, 9, math.nan]], "polygon 0 is no list of finite numbers"),
        ("segmentation", [[1, 1, 9, 9, 99, 1]], "polygon 0 reaches 39 px out of the picture of 60 x 40 px"),
        ("segmentation", [[1.1, 1.1, 1.2, 1.1, 1.1, 1.2]], "its mask is empty, not one pixel belongs to it"),
        ("segmentation", RLE | {"size": [60, 40]}, "its size is [60, 40], the picture's [height, width] is [40, 60]"),
        ("segmentation", RLE, "its counts must be lengths of runs that add up to 40 x 60 = 2400"),
        ("segmentation", RLE | {"counts": [2500]}, "its counts must be lengths of runs that add up"),
        ("segmentation", RLE | {"counts": [2410, -10]}, "its counts must be lengths of runs that add up"),
        ("segmentation", RLE | {"counts": [10**30]}, "its counts must be lengths of runs that add up"),
        ("segmentation", RLE | {"counts": "\N{LATIN SMALL LETTER E WITH ACUTE}"}, "its counts must be lengths of runs"),
        ("segmentation", RLE | {"counts": [2400]}, "its mask is empty, not one pixel belongs to it"),
    ],
)
def test_a_fault_of_an_annotation_is_told(
    theirs: "Theirs", directory_store: DirectoryStore, field: str, value: Any, told: str
) -> None:
    first = theirs.coco["annotations"][0]
    first.pop(field, None)
    if value is not GONE:
        first[field] = value
    assert [told in line for line in problems(theirs, directory_store)] == [True]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("file_name", "b.png", "image number 1: another image has the file_name 'b.png' already"),
        ("file_name", "../a.png", "image 7 (../a.png): "),
        ("file_name", ".", "image 7 (.): there is no such file in images, "),
        ("file_name", "/a.png", "image 7 (/a.png): it lies outside of what is imported: --images may name"),
        ("file_name", "/elsewhere/images/a.png", "it lies outside of what is imported"),
        ("file_name", "../../a.png", "it lies outside of what is imported"),
        ("file_name", "..\\..\\..\\images\\a.png", "there is no such file in images"),
        ("file_name", "%2e%2e/%2e%2e/a.png", "there is no such file"),
        ("file_name", "a\0.png", "it lies outside of what is imported"),
        ("id", math.nan, "image number 0: its id is nan, it must be a number or a text"),
        ("id", 7.5, "image number 0: its id is 7.5, it must be a number or a text"),
        ("width", "60", "image 7 (a.png): width = '60', height = 40: both must be whole numbers of pixels"),
        ("width", 60.5, "image 7 (a.png): width = 60.5, height = 40: both must be whole numbers of pixels"),
        ("file_name", "gone.png", "image 7 (gone.png): there is no such file in images, "),
        (
            "width",
            61,
            "image 7 (a.png): the picture has 60 x 40 px (its EXIF orientation applied), its labels are for 61",
        ),
        ("height", None, "image 7 (a.png): width = 60, height = None: both must be whole numbers of pixels"),
        ("height", 10**30, "both must be whole numbers of pixels, more than 0, 100,000,000 in all at most"),
        ("note", math.nan, "image 7 (a.png): one of its fields holds NaN or infinity, which are no JSON"),
    ],
)
def test_a_fault_of_an_image_is_told(
    theirs: "Theirs", directory_store: DirectoryStore, field: str, value: Any, told: str
) -> None:
    theirs.coco["images"][0][field] = value
    assert any(told in line for line in problems(theirs, directory_store))


def test_all_of_it_is_told_at_once(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.coco["images"].append(theirs.coco["images"][0] | {"file_name": "c.png"})
    theirs.coco["annotations"][0]["bbox"] = [1]
    theirs.coco["annotations"][1]["area"] = "much"
    theirs.coco["categories"].append({"id": 3})
    theirs.pictures |= {"b.png": b"rubbish", "c.png": theirs.pictures["a.png"]}
    assert problems(theirs, directory_store) == [
        "instances.json: category 3: its name is None, it must be a text",
        "instances.json: image number 2: another image has the id 7 already",
        "instances.json: annotation 1 of image 7: bbox = [1]: it must be four finite numbers [x, y, w, h]",
        f"instances.json: image 9 (b.png): the file is no picture of a known format ({', '.join(FORMATS)})",
        "instances.json: annotation 2 of image 9: area = 'much': it must be a number, 0 or more",
        "instances.json: annotation 1 of image 7: bbox = [1]: it must be four finite numbers [x, y, w, h]",
    ]


def test_a_long_list_is_cut(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    first = theirs.coco["annotations"][0]
    theirs.coco["annotations"] = [first | {"id": key, "iscrowd": 7} for key in range(60)]
    lines = problems(theirs, directory_store)
    assert len(lines) == 51
    assert lines[-1] == "and 10 more"


def test_no_pictures_at_all_is_told(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.coco |= {"images": [], "annotations": []}
    assert problems(theirs, directory_store) == ["instances.json: there are no images"]


def test_more_instances_than_ids_leave_room_for_are_told(
    theirs: "Theirs", directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "ANNOTATIONS_PER_IMAGE", 2)
    assert problems(theirs, directory_store) == ["instances.json: image 7 (a.png): it has 2 annotations, more than 1"]


def test_what_is_odd_is_remarked_and_comes_in(theirs: "Theirs", directory_store: DirectoryStore) -> None:
    theirs.pictures["b.png"] = theirs.pictures["a.png"]
    theirs.coco["annotations"][0] |= {"bbox": [5, 5, 10, 12], "area": 110}
    theirs.coco["annotations"][1] |= {"bbox": [20.9, 20, 9.2, 10], "area": 84.5}
    remarks = theirs.imported(directory_store).manifest.figures["remarks"]
    assert remarks["count"] == 3
    told = [line.removeprefix(f"{theirs.folder}/instances.json: ") for line in remarks["listed"]]
    assert told == [
        "image 9 (b.png): it is the same picture as a.png",
        "annotation 1 of image 7: bbox = [5, 5, 10, 12], its mask's is [5, 5, 10, 10]",
        "annotation 1 of image 7: area = 110, its mask's is 100",
    ]


def test_masks_that_look_broken_are_counted_by_class_and_come_in_as_they_are(
    theirs: "Theirs", directory_store: DirectoryStore
) -> None:
    square, _, ring = theirs.coco["annotations"]
    theirs.coco["annotations"] += [square | {"id": 10}, ring | {"id": 11, "category_id": square["category_id"]}]
    figures = theirs.imported(directory_store).manifest.figures
    assert figures["remarks"]["listed"] == ["class square, 3 masks: holes 1, doubles 1"]  # all rings have a hole
    assert figures["splits"]["val"]["instances"] == {"square": 3, "ring": 2}
