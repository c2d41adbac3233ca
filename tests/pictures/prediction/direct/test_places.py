"""Which pictures of this machine are meant, and where their masks go."""

from pathlib import Path

import numpy as np
import pytest

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.prediction import Skipped
from maskline.contract.picture import encode_jpeg, encode_png
from maskline.pictures.prediction.direct.places import find


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_stands_for_its_pictures_in_order_and_what_is_skipped_is_told(folder: Path) -> None:
    touch(folder, "b.PNG", "a/x.tif", "a/x.webp", "notes.txt", ".hidden.png", ".git/y.png", "masks/b.PNG")
    (folder / "a/none").write_bytes(encode_png(np.zeros((3, 3), np.uint8)))
    (folder / "a/old.jfif").write_bytes(encode_jpeg(np.zeros((3, 3), np.uint8), 90))
    (folder / "elsewhere").symlink_to(folder / "a")
    (folder / "gone.png").symlink_to(folder / "nowhere")
    output = folder / "masks"

    found = find([folder, folder / "b.PNG"], output)

    assert [place.name for place in found.places] == ["a/none", "a/old.jfif", "a/x.tif", "a/x.webp", "b.PNG"]
    overlays = ["a/none.png", "a/old.jfif.png", "a/x.tif.png", "a/x.webp.png", "b.PNG"]
    assert [place.overlay for place in found.places] == [output / name for name in overlays]
    assert found.skipped == [
        Skipped("elsewhere", "it is a link to a folder"),
        Skipped("gone.png", "it is neither a file nor a folder"),
        Skipped("notes.txt", "it is no picture, neither by what it holds nor by its name"),
        Skipped("pictures", "names that begin with a dot are left out, 2 of them"),
        Skipped("pictures", f"what lies in {output}, the folder for the masks, is left out, 1 of them"),
    ]


def test_a_file_that_is_named_counts_whatever_it_is_called(folder: Path) -> None:
    touch(folder, "scan")
    assert [place.overlay for place in find([folder / "scan"], folder).places] == [folder / "scan.png"]


@pytest.mark.parametrize(
    ("named", "output", "told"),
    [
        (["gone.png"], "masks", "gone.png does not exist: it must be a picture or a folder of pictures"),
        (["empty"], "masks", r"empty holds no pictures \(PNG, .*\); notes\.txt: it is no picture"),
        (["a/x.png", "b/x.png"], "masks", r"a/x\.png and .*b/x\.png would both become .*masks/x\.png"),
        (["a/x.png"], "a", r"a/x\.png is one of the pictures: choose another folder for the masks"),
        (["a"], "a", r"a/x\.png is one of the pictures"),
    ],
)
def test_pictures_and_masks_stay_apart(folder: Path, named: list[str], output: str, told: str) -> None:
    touch(folder, "a/x.png", "b/x.png", "empty/notes.txt")
    with pytest.raises(InvalidInput, match=told):
        find([folder / name for name in named], folder / output)
