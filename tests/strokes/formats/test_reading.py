"""Whatever a file holds, reading it gives sketches or problems, and never anything else."""

import random
from collections.abc import Callable

import pytest

from maskline.strokes.formats.reading import Reading

Read = Callable[..., Reading]
SKETCH = '{"lines":[[[0,1],[2,3.5]],[[5,6]]],"segments":[["a","a"],["b"]],"instances":[1,0],"more":{"y":[1]}}'
SCENE = (
    '{"scene_strokes":[[1,2,0],[3,4,1],[5,5,1]],"object_divisions":[0,1,2],"gt_class_names":["a","b"],'
    '"img_w":9,"img_h":9}'
)
LINES = '{"word":"cat","drawing":[[[0,1],[3,4],[0,17]],[[5],[5],[40]]]}\n{"id":3,"drawing":[[[0,1],[3,4],[0,1]]]}'
IMAGES = (
    '<annotations><image id="3" width="6" height="4"><polyline label="H" points="1.5,2;3,4.25" group_id="2"/></image>'
    "</annotations>"
)
SVG = (
    '<svg width="5" height="5" viewBox="0 0 5 5" data-extra="{}"><g class="car" transform="translate(1,2) rotate(30)" '
    'data-object="1"><path d="M0,0 C1,1 2,2 3,3 a1,2 30 0 1 4,4 z" data-stroke="0"/><circle r="3"/>'
    '<polyline points="0,0 1,1" data-times="0 1"/></g></svg>'
)
PIECES = (*b'[]{},<>".-0', b"null", b"NaN", b"1e999", b"true", b"9" * 30, b"\xff", b"\x00", "٣".encode(), b"")


def damaged(text: str, luck: random.Random) -> bytes:
    data = bytearray(text.encode())
    for _ in range(luck.choice((1, 1, 2, 4))):
        piece, place = luck.choice(PIECES), luck.randrange(len(data))
        data[place : place + luck.choice((0, 1, 2, 5))] = bytes([piece]) if isinstance(piece, int) else piece
    return bytes(data)


@pytest.mark.parametrize(
    ("path", "text"),
    [("a/b.json", SKETCH), ("a/b.json", SCENE), ("a/b.ndjson", LINES), ("a/c/b.xml", IMAGES), ("a/b.svg", SVG)],
    ids=["instancesketch", "cavt", "ndjson", "cvat", "svg"],
)
def test_a_damaged_file_is_read_or_told_what_is_wrong_with_it(path: str, text: str, reading: Read) -> None:
    assert reading(text, path).problems == []
    luck, refused = random.Random(5), 0

    for _ in range(300):
        found = reading(damaged(text, luck), path)
        refused += bool(found.problems)
        assert all(problem.startswith(f"{path}: ") for problem in found.problems)
        assert found.problems or found.sketches or found.remarks

    assert 30 < refused < 300


def test_a_list_of_splits_is_no_sketch(reading: Read) -> None:
    found = reading('{"train": ["a/b.json"], "valid": [{"file_name": "c", "class": "d", "id": 1}]}', "splits.json")

    assert found.splits == {"train": ["a/b.json"], "val": [{"file_name": "c", "class": "d", "id": 1}]}
    assert (found.sketches, found.problems) == ([], [])
