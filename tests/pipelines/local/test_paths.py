"""What a run on this machine is told of files of this machine."""

from pathlib import Path

import pytest

from maskline.pipelines.local.paths import absolute


def test_files_of_this_machine_are_named_from_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "champion").mkdir()
    (tmp_path / "weights.pth").touch()
    told = {
        "images": "champion",
        "draw_source": "s3://bucket/x",
        "train_starting_weights": "weights.pth",
        "draw_preset": "champion",
    }
    found = {"images": str(tmp_path / "champion"), "train_starting_weights": str(tmp_path / "weights.pth")}
    assert absolute(told) == told | found


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("train_starting_weights", "champion"),
        ("train_starting_weights", "published"),
        ("draw_source", "nci"),
        ("draw_source", "chemicals"),
        ("draw_source", "a-source-of-another-domain"),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_a_word_wins_over_a_file_or_folder_of_that_name_which_is_written_as_a_path(
    name: str, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, folder: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if folder:
        (tmp_path / word).mkdir()
    else:
        (tmp_path / word).touch()
    assert absolute({name: word}) == {name: word}
    assert absolute({name: f"./{word}"}) == {name: str(tmp_path / word)}


def test_a_uri_is_no_folder_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:" / "bucket" / "pictures").mkdir(parents=True)
    uri = {"images": "s3://bucket/pictures", "draw_source": "s3://bucket/pictures"}
    assert absolute(uri) == uri
