"""Groups of commands that other packages bring: listed, loaded when they are meant, and read like our own."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maskline.contract.kind.command import GROUP, Command, CommandGroup, OpenModel
from maskline.pipelines.command_line import app
from maskline.pipelines.commands import brought

SEEN: list[tuple[Path, str]] = []


def read(config_file: Path, filename: str, open_model: OpenModel) -> Iterator[str]:
    SEEN.append((config_file, filename))
    yield f"one of {config_file}"
    if filename == "none":
        raise ModuleNotFoundError("No module named 'heavy'")
    if filename == "huge":
        yield open_model("huge").uri


OF_TEST = CommandGroup("What a test brings.", "probes[all]", {"read_it": Command("Read a file.", read)})


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Found(dict[str, EntryPoint]):
        names = property(lambda self: self.keys())

    def entry_points(group: str) -> Found:
        assert group == GROUP
        entry = EntryPoint("probes", f"{__name__}:OF_TEST", GROUP)
        return Found(probes=entry)

    SEEN.clear()
    monkeypatch.setattr(brought, "entry_points", entry_points)


def test_it_is_listed_with_its_sentence() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"})

    assert "│ probes " in shown.output
    assert "What a test brings." in shown.output


@pytest.mark.parametrize(
    "words",
    [
        ["probes", "read_it", "--config_file=a.yaml", "--filename", "predict"],
        ["probes", "read_it", "--config_file", "a.yaml", "--filename=predict"],
        ["probes", "--config_file", "a.yaml", "read_it", "--filename", "predict"],
        ["--config_file", "a.yaml", "probes", "read_it", "--filename", "predict"],
    ],
)
def test_options_stand_anywhere(words: list[str]) -> None:
    done = CliRunner().invoke(app, words)

    assert (done.exit_code, done.output) == (0, "one of a.yaml\n")
    assert [(Path("a.yaml"), "predict")] == SEEN


def test_a_model_that_is_none_is_one_error_behind_what_was_told() -> None:
    done = CliRunner().invoke(app, ["probes", "read_it", "--config_file=a.yaml", "--filename=huge"])

    assert done.exit_code == 1
    assert done.stdout == "one of a.yaml\n"
    assert done.stderr.startswith("error: 'huge' is no artifact: ")


def test_what_must_be_installed_is_named() -> None:
    done = CliRunner().invoke(app, ["probes", "read_it", "--config_file=a.yaml", "--filename=none"])

    assert done.exit_code == 1
    assert done.stderr == "error: this command needs the package probes[all]: No module named 'heavy'\n"


def test_a_command_of_ours_loads_nobody_elses() -> None:
    program = (
        "import sys\nfrom typer.testing import CliRunner\nfrom maskline.pipelines.command_line import app\n"
        "assert CliRunner().invoke(app, ['compile', '--help']).exit_code == 0\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not [name for name in done.stdout.split() if name.startswith("maskline.volumes")]


@pytest.mark.parametrize("word", ["--help", "instance_predict"])
def test_cryosiams_commands_are_told_of_without_what_they_need(word: str) -> None:
    program = (
        "import sys\nfrom typer.testing import CliRunner\nfrom maskline.pipelines.command_line import app\n"
        f"assert CliRunner().invoke(app, ['tomograms', {word!r}, '--help']).exit_code == 0\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not {"torch", "scipy", "numpy"} & set(done.stdout.split())
