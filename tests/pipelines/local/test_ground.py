"""What a run on this machine is told of files of this machine."""

from pathlib import Path

import pytest

from maskline.pipelines.local.ground import absolute


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


@pytest.mark.parametrize("word", ["champion", "published"])
def test_words_for_weights_are_no_files(word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / word).mkdir()
    assert absolute({"train_starting_weights": word}) == {"train_starting_weights": word}
