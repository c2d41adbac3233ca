"""Which split a sketch is in: a share of each class, or what InstanceSketch's lists say."""

import json
from collections import Counter

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.contract.shard import Dataset
from tests.strokes.exchange.conftest import Import, Theirs


def stems(artifact: Artifact) -> dict[str, list[str]]:
    dataset = Dataset(artifact)
    return {split: [sample["file_name"] for sample in dataset.truth(split)["images"]] for split in dataset.splits}


def draw(word: str, number: int, key: str) -> str:
    return json.dumps({"word": word, "key_id": key, "drawing": [[[0, number], [0, 1]]]})


def test_a_share_is_one_of_each_class_and_parts_no_drawing_from_itself(theirs: Theirs, imported: Import) -> None:
    lines = [draw("sun", number, f"s{number // 2}") for number in range(80)]
    theirs.text("all.ndjson", "\n".join(lines + [draw("car", number, f"c{number}") for number in range(10)]))

    dataset = Dataset(imported(split="val=0.2"))

    groups = {split: [one["group"] for one in dataset.truth(split)["images"]] for split in dataset.splits}
    assert {split: Counter(group[0] for group in own) for split, own in groups.items()} == {
        "train": {"s": 64, "c": 8},
        "val": {"s": 16, "c": 2},
    }
    assert not set(groups["train"]) & set(groups["val"])


def test_a_share_for_training_leaves_the_rest_to_validation(theirs: Theirs, imported: Import) -> None:
    theirs.text("all.ndjson", "\n".join(draw("sun", number, str(number)) for number in range(10)))

    assert {split: len(own) for split, own in stems(imported(split="train=0.7")).items()} == {"train": 7, "val": 3}


@pytest.mark.parametrize("split", ["val=2", "val=1.5", "val=", "=0.2"])
def test_a_share_is_below_one(split: str, imported: Import) -> None:
    with pytest.raises(ValueError, match="split"):
        imported(split=split)


def test_lists_of_paths_say_the_split_and_leave_out_the_others(theirs: Theirs, imported: Import) -> None:
    for number, name in enumerate(("car/a", "car/b", "sun/a", "sun/b")):
        theirs.write(f"{name}.json", "body" if name[0] == "c" else "ray", shift=number)
    theirs.text("splits.json", json.dumps({"train": ["car/a.json", "sun/b.json"], "val": ["sun/a.json"]}))

    dataset = imported()

    assert stems(dataset) == {"train": ["car/a.json", "sun/b.json"], "val": ["sun/a.json"]}
    assert dataset.manifest.figures["remarks"]["listed"] == [
        f"{theirs.folder}/splits.json: 1 sketches are in no split, and are left out"
    ]


def test_lists_name_images_of_xml_by_class_file_and_id(theirs: Theirs, imported: Import) -> None:
    images = "".join(f'<image id="{n}"><polyline label="ray" points="0,0;{n},1"/></image>' for n in (3, 4))
    theirs.text("sun/task/one.xml", f"<annotations>{images}</annotations>")
    entries = [{"file_name": "one.xml", "class": "sun", "id": number} for number in (3, 4)]
    theirs.text("splits.json", json.dumps({"train": entries[:1], "test": entries[1:]}))

    assert stems(imported()) == {"train": ["sun/task/one/3.json"], "test": ["sun/task/one/4.json"]}


def test_what_a_list_gets_wrong_is_told(theirs: Theirs, imported: Import) -> None:
    theirs.write("car/a.json", "body")
    theirs.text("splits.json", json.dumps({"train": ["car/a.json", "car/gone.json", 3], "val": ["car/a.json"]}))

    with pytest.raises(InvalidInput) as raised:
        imported()
    assert [line.partition("splits.json: ")[2] for line in str(raised.value).split("\n  ")[1:]] == [
        "train: 3 must be a path, or have file_name, class and id",
        "'car/a.json' is in split val and in split train",
        "car/gone.json (train) is not there",
    ]
