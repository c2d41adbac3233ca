"""Which files are volumes, and what is left of each is called."""

from pathlib import Path

import pytest

from maskline.contract.errors import InvalidInput
from maskline.volumes.prediction.direct.places import Place
from maskline.volumes.prediction.entry import prediction


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a.mrc", "a"),
        ("TS_6.80Apx.rec.gz", "TS_6.80Apx"),
        ("b/c.map.bz2", "b/c"),
        ("d.ZARR", "d"),
        ("e.tif", "e"),
        ("f.mrc.h5", "f.mrc"),
        ("g", "g"),
    ],
)
def test_what_is_left_is_called_as_the_volume(name: str, stem: str) -> None:
    assert Place(Path(name), name).stem == stem


def test_a_folder_is_gone_through_without_what_lies_in_the_output(tmp_path: Path) -> None:
    touch(tmp_path, "b/x.rec", "a.mrc", "notes.txt", ".hidden.mrc", "masks/a_instances.mrc", "c.zarr/zarr.json")

    found = prediction.find([tmp_path], tmp_path / "masks")

    assert [place.name for place in found.places] == ["a.mrc", "c.zarr", "b/x.rec"]
    assert [(one.name, one.reason) for one in found.skipped] == [("notes.txt", "no volume")]


def test_the_kind_takes_volumes_and_folders_of_nothing_else(tmp_path: Path) -> None:
    touch(tmp_path, "volumes/a.mrc", "volumes/b.h5", "mixed/a.mrc", "mixed/a.png", "stacks/a.tif")
    (tmp_path / "empty").mkdir()

    taken = {path.name: prediction.takes(path) for path in sorted(tmp_path.iterdir())}
    assert taken == {"empty": False, "mixed": False, "stacks": False, "volumes": True}
    assert [prediction.takes(Path(name)) for name in ("x.mrc.gz", "x.npy", "x.zarr", "x.tif", "x.png")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (["gone.mrc"], "does not exist: it must be a volume or a folder of volumes"),
        (["empty"], "holds no volumes"),
        (["a.mrc", "a.rec"], r"would both become a: take one at a time"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, names: list[str], rule: str) -> None:
    touch(tmp_path, "a.mrc", "a.rec", "empty/notes.txt")

    with pytest.raises(InvalidInput, match=rule):
        prediction.find([tmp_path / name for name in names], tmp_path / "masks")
