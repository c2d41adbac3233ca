"""`maskline predict`: what it says to bad input, before anything heavy is loaded and anything is written."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from maskline.contract.picture import encode_png
from maskline.pipelines.command_line import app


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["gone.png"], 1, "error: gone.png does not exist: it must be a picture or a folder of pictures"),
        (["a.png", "--out", "."], 1, "error: a.png is one of the pictures: choose another folder for the masks"),
        (["a.png", "--checkpoint", "huge"], 1, "error: 'huge' is no artifact: it must be a URI, or a word "),
        (["a.png", "--checkpoint", "file:///gone/checkpoints/x-1"], 1, "error: file:///gone/checkpoints/x-1 does not "),
        (["a.png", "--also", "huge"], 1, "error: 'huge' is no artifact: it must be a URI, or a word "),
        (["a.png", "--also", "published"], 1, "error: package://maskline.models/checkpoints/"),
        (["a.png", "--set", "views"], 1, "error: 'views': it must be name=value"),
        (["a.png", "--set", "views=[]"], 1, "error: predict: views = []: Tuple should have at least 1 item"),
        (["a.png", "--set", 'views=["same","same"]'], 1, "error: predict: views = ['same', 'same']: same is there twi"),
        (["a.png", "--tile", "99"], 1, "error: predict: tile_px = 99 must be 0 or at least twice tile_overlap_px"),
        (["a.png", "--score", "2"], 2, "Usage: "),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(
    words: list[str], status: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.png").write_bytes(encode_png(np.zeros((9, 9), np.uint8)))

    done = CliRunner().invoke(app, ["predict", *words])

    assert done.exit_code == status
    assert done.stderr.startswith(told)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
