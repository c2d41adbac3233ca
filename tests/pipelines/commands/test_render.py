"""`maskline render` and `maskline preview`: what they leave, what they print, and what they say to bad input."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maskline.contract.artifact import open_sealed
from maskline.contract.picture import decode
from maskline.contract.shard import Dataset
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.command_line import app
from maskline.pipelines.commands.parameters import named_options

FEW = ("--set", "source=nci", "--set", "stereo_share=0")


def maskline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_render_draws_into_the_store_and_finds_it_again(directory_store: DirectoryStore) -> None:
    words = ("render", "demo", "--samples", "8", "--seed", "3", "--workers", "2", *FEW, "--store", directory_store.uri)
    first = maskline(*words)
    assert first.exit_code == 0, first.stderr
    uri = re.search(r"^dataset (\S+)$", first.stdout, re.MULTILINE)
    assert uri
    dataset = Dataset(open_sealed(uri[1], "dataset"))
    config = dataset.artifact.manifest.config
    assert (config["samples"], config["seed"], config["drawing"]["source"]) == (8, 3, "nci")
    assert re.search(r"^8 samples in [\d.]+ s, \d+ samples/s$", first.stdout, re.MULTILINE)
    again = maskline(*words)
    assert again.stdout.endswith(f"dataset {uri[1]}\nit was drawn already\n")


def test_preview_leaves_a_sheet_and_a_page_that_refers_to_nothing(tmp_path: Path) -> None:
    result = maskline("preview", "demo", "--samples", "2", *FEW, "--output", tmp_path / "shown")
    assert result.stdout.split() == [str(tmp_path / "shown" / f"demo.{suffix}") for suffix in ("png", "html")]
    sheet = decode((tmp_path / "shown/demo.png").read_bytes(), 10**7)
    assert sheet.ndim == 3
    page = (tmp_path / "shown/demo.html").read_text()
    assert page.count("<figure>") == 2
    assert page.count('src="data:image/png;base64,') == page.count("<img ") == 4
    assert page.count("<dt>smiles</dt>") == 2
    assert "ATOM</li>" in page
    assert not re.search(r"(?:src|href)=.?(?!.?data:)", page)


def test_a_preview_is_of_the_domain_that_is_asked_for(tmp_path: Path) -> None:
    result = maskline("preview", "demo", "--domain", "sketches", "--samples", "2", "--output", tmp_path / "shown")
    assert result.exit_code == 0, result.stderr
    assert "front-left-foot" in (tmp_path / "shown/demo.html").read_text()


def test_a_preview_of_a_training_shows_windows_in_the_networks_frame(tmp_path: Path) -> None:
    windows = ("--set", "augmentation.crop_share=1", "--set", "augmentation.crop_px=100")
    result = maskline("preview", "demo", "--train", "demo", "--samples", "2", *windows, "--output", tmp_path / "shown")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{tmp_path}/shown/demo-demo.png\n{tmp_path}/shown/demo-demo.html\n"
    page = (tmp_path / "shown/demo-demo.html").read_text()
    assert page.count("<figcaption>") == page.count(": 100 \N{MULTIPLICATION SIGN} 100 px, instances: ") == 2


def test_a_preview_of_a_training_refuses_what_training_does(tmp_path: Path) -> None:
    result = maskline(
        "preview", "demo", "--train", "demo", "--set", "augmentation.blur_px=-1", "--output", tmp_path / "x"
    )
    assert result.exit_code == 1
    assert result.stderr.startswith("error: train preset 'demo': augmentation.blur_px = -1: ")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("command", ["render", "preview"])
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["sketch"], "draw preset 'sketch' does not exist in maskline.molecules (there are: "),
        (["../demo"], "render: preset = '../demo': "),
        (["demo", "--samples", "0"], "render: samples = 0: "),
        (["demo", "--seed", "-1"], "render: seed = -1: "),
        (["demo", "--set", "colour=1"], "drawing of preset 'demo': unknown field 'colour'"),
        (["demo", "--set", "stereo_share=often"], "drawing of preset 'demo': stereo_share = 'often': "),
        (["demo", "--set", "stereo_share"], "'stereo_share': it must be name=value"),
        (["demo", "--set", "=1"], "'=1': it must be name=value"),
        (["demo", "--set", "source=/nowhere/x.smi"], "file:///nowhere/x.smi does not exist"),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(
    command: str, words: list[str], named: str, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    place = ("--store", directory_store.uri) if command == "render" else ("--output", str(tmp_path / "shown"))
    result = maskline(command, *words, *place)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {named}")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "shown").exists()
    assert not directory_store.list("")


def test_a_preview_of_thousands_is_refused(tmp_path: Path) -> None:
    result = maskline("preview", "demo", "--samples", "5000", "--output", tmp_path)
    assert result.stderr == "error: samples = 5000: a preview shows 200 at most\n"


def test_ctrl_c_ends_everything_and_the_same_command_goes_on(directory_store: DirectoryStore) -> None:
    command = [sys.executable, "-c", "from maskline.pipelines.command_line import app; app()", "render", "demo"]
    command += ["--samples", "5000", "--workers", "2", *FEW, "--store", directory_store.uri]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not directory_store.list("work"):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "stopped; the same command goes on from here\n"
    assert not workers_of(directory_store)
    drawn = directory_store.list("work")
    time.sleep(0.5)
    assert directory_store.list("work") == drawn


def workers_of(store: DirectoryStore) -> list[str]:
    """Return the processes whose environment names the store."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid():
            try:
                if f"MASKLINE_STORE={store.uri}".encode() in (process / "environ").read_bytes().split(b"\0"):
                    found.append(process.name)
            except OSError:
                continue
    return found


def test_a_drawing_option_is_json_or_text_and_a_dot_leads_into_a_group() -> None:
    words = ["a=1", "b.c=[1, 2]", "b.d=plain words", "b.c2.e=true", "f="]
    assert named_options(words) == {"a": 1, "b": {"c": [1, 2], "d": "plain words", "c2": {"e": True}}, "f": ""}
