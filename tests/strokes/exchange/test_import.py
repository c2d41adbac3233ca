"""Files of sketches become a dataset, or one list of what is wrong with them and nothing else."""

import sys
from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.shard import Dataset, Sample
from maskline.contract.store.directory import DirectoryStore
from maskline.strokes.exchange.importing.naming import LONGEST, stem_of
from maskline.strokes.sketch import Part, Thing, of_sample
from tests.strokes.exchange.conftest import Import, Theirs


def samples(artifact: Artifact) -> dict[str, list[Sample]]:
    dataset = Dataset(artifact)
    return {
        split: [sample for shard in dataset.shards(split) for sample in dataset.samples(shard)]
        for split in dataset.splits
    }


def test_sketches_are_in_the_split_of_their_folder_with_ids_that_run_on(theirs: Theirs, imported: Import) -> None:
    theirs.write("val/car/b.json", "wheel", "body", "wheel")
    theirs.write("train/car/a.json", "body", shift=1)
    theirs.write("train/sun/a.json", "ray", shift=2)

    found = samples(imported())

    assert {split: [(one.stem, one.image["id"]) for one in own] for split, own in found.items()} == {
        "train": [("car/a", 1), ("sun/a", 2)],
        "val": [("car/b", 3)],
    }
    (sample,) = found["val"]
    assert of_sample(sample, imported().manifest.categories).things == (
        Thing("car", (0, 1, 2), (Part("wheel", (0, 2), crowd=True), Part("body", (1,), crowd=True))),
    )


def test_the_same_files_are_found_sealed_wherever_they_lie(theirs: Theirs, imported: Import, tmp_path: Path) -> None:
    theirs.write("val/car/b.json", "wheel")
    first = imported()

    theirs.folder.rename(tmp_path / "elsewhere")

    assert imported(tmp_path / "elsewhere").uri == first.uri
    assert imported(tmp_path / "elsewhere", split="train").uri != first.uri


def test_everything_that_is_wrong_is_told_in_one_list_and_nothing_is_imported(
    theirs: Theirs, imported: Import, store: DirectoryStore
) -> None:
    theirs.write("val/car/a.json", "wheel", "whel", "whel")
    theirs.text("val/car/b.json", "{")
    theirs.text("val/car/c.json", '{"lines": [[[0, NaN]], []]}')
    theirs.write("car/d.json", "wheel")

    with pytest.raises(InvalidInput) as raised:
        imported()

    takes = "--categories takes a YAML file of lines like 'car/whel: car' or 'car/whel: ignore', or own"
    must = "--split must, e.g. --split train, or --split val=0.2 for a fifth of each class"
    head, *lines = str(raised.value).replace(f"{theirs.folder}/", "").split("\n  ")
    assert head == "5 things are wrong, so nothing was imported:"
    assert lines == [
        "val/car/b.json: it is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        "val/car/c.json: stroke 0: point 0 is [0, nan], it must be two finite numbers [x, y]",
        "val/car/c.json: stroke 1: it has no points, it must have one at least",
        f"class 'car/whel' (2 strokes) becomes 'car/whel', which drawings does not have: {takes}",
        f"car/d.json: no folder train, val or test says which split it is in (1 sketches): {must}",
    ]
    assert not store.root.exists()


def test_of_many_problems_the_first_are_listed_and_the_rest_are_counted(theirs: Theirs, imported: Import) -> None:
    theirs.text("val/car.ndjson", "{\n" * 70)

    with pytest.raises(InvalidInput, match="70 things are wrong") as raised:
        imported()
    assert str(raised.value).endswith("and 20 more")


def test_files_of_other_formats_are_remarked_and_none_at_all_is_an_error(theirs: Theirs, imported: Import) -> None:
    theirs.text("val/README.md", "")
    with pytest.raises(InvalidInput, match="theirs: there are no sketches"):
        imported()

    theirs.write("val/car/a.json", "wheel")

    assert imported().manifest.figures["remarks"]["listed"] == [
        f"1 files are of no format that holds sketches, {theirs.folder}/val/README.md the first"
    ]
    with pytest.raises(NotFound, match=r"is no folder or \.zip"):
        imported(theirs.folder / "none")
    with pytest.raises(InvalidInput, match="--images there: sketches have no pictures beside them"):
        imported(images="there")


def test_a_drawing_that_is_in_two_splits_is_remarked(theirs: Theirs, imported: Import) -> None:
    theirs.write("train/car/a.json", "wheel")
    theirs.write("train/car/b.json", "body")
    theirs.write("val/car/c.json", "wheel")

    assert imported().manifest.figures["remarks"]["listed"] == [
        "val: car/c is the same drawing as car/a in split train",
        "1 drawings are the same as another one of their split",
    ]


def test_a_drawing_of_quick_draw_is_of_the_group_that_is_its_own_id(theirs: Theirs, imported: Import) -> None:
    drawing = '"drawing": [[[0, 1], [0, 1]]]}'
    line = f'{{"word": "sun", "key_id": "77", {drawing}\n{{"word": "sun", {drawing}'
    theirs.text("sun.ndjson", line)

    first, second = samples(imported(split="val"))["val"]

    assert first.image["group"] == "77"
    assert second.image["group"] == "sun/line-2"
    assert first.image["source"] == {"word": "sun", "key_id": "77"}


def test_names_are_free_short_and_stay_where_they_are() -> None:
    taken: set[str] = set()

    assert stem_of("car/a", 0, taken) == "car/a"
    assert stem_of("car/a", 7, taken) == "car/a-000007"
    assert stem_of("../../etc/./x\\y\n", 8, taken) == "etc/x-y-"
    assert stem_of("é" * 48, 9, taken) == "000009-imported"
    assert stem_of("é" * 47, 9, taken) == "é" * 47
    assert max(len(name.encode()) for name in taken) <= LONGEST


def test_formats_that_are_not_installed_are_named(imported: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "maskline.strokes.exchange.importing.stock", None)

    with pytest.raises(InvalidInput, match="install maskline-strokes with its extra 'formats'"):
        imported()
