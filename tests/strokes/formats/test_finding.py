"""Files that may hold sketches: found in folders and one by one, with the split and the class that folders tell."""

import shutil
from pathlib import Path

import pytest

from maskline.contract.errors import InvalidInput, NotFound
from maskline.strokes.formats.finding import find


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "train/car/a.json",
        "valid/car/b.json",
        "car/test/c.xml",
        "val/train/d.json",
        "loose.svg",
        "parts/ant.ndjson.gz",
        ".hidden.svg",
    ):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    (tmp_path / "data/parts/names.json").write_text('{"ant": ["head", "legs"]}')
    (tmp_path / "data/README.md").write_text("")
    return tmp_path / "data"


def test_a_folder_yields_its_files_with_what_their_folders_say(folder: Path) -> None:
    others: list[str] = []

    found = {file.path.removeprefix(f"{folder}/"): file for file in find(str(folder), others)}

    assert {path: (file.name, file.split) for path, file in found.items()} == {
        "car/test/c.xml": ("car/c", "test"),
        "loose.svg": ("loose", ""),
        "parts/ant.ndjson.gz": ("parts/ant", ""),
        "train/car/a.json": ("car/a", "train"),
        "val/train/d.json": ("train/d", "val"),
        "valid/car/b.json": ("car/b", "val"),
    }
    assert [found[name].folder for name in ("train/car/a.json", "car/test/c.xml", "loose.svg")] == [
        "car",
        "car",
        "data",
    ]
    assert found["parts/ant.ndjson.gz"].parts == ["head", "legs"]
    assert others == [f"{folder}/README.md"]


@pytest.mark.parametrize("source", ["train", "train/car", "train/car/a.json"])
def test_a_source_that_is_part_of_a_split_says_so_itself(source: str, folder: Path) -> None:
    (file,) = find(str(folder / source), [])

    assert file.folder == "car"
    assert file.split == "train"


def test_a_zip_yields_what_its_folder_would(folder: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)

    same = [(file.name, file.split, file.data, list(file.parts)) for file in find(str(folder), [])]
    assert [(file.name, file.split, file.data, list(file.parts)) for file in find(packed, [])] == same


def test_a_single_file_has_the_names_of_parts_beside_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "parts")

    (file,) = find("ant.ndjson.gz", [])

    assert (file.path, file.name, list(file.parts)) == ("ant.ndjson.gz", "ant", ["head", "legs"])


@pytest.mark.parametrize("names", ["[", '{"ant": [1]}'])
def test_names_that_are_none_are_told(names: str, folder: Path) -> None:
    (folder / "parts/names.json").write_text(names)

    with pytest.raises(InvalidInput, match=r"parts/names\.json"):
        list(find(str(folder), []))


def test_what_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(NotFound, match="does not exist"):
        list(find(str(folder / "none.svg"), []))
    with pytest.raises(NotFound, match=r"is no folder or \.zip, and no file that ends in \.ndjson\.gz"):
        list(find(str(folder / "none"), []))
