"""What the warden does when its owner is gone."""

import sys
from pathlib import Path

import pytest

from maskline.pipelines.engines.warden import Warden


def noting(path: Path) -> list[str]:
    """A command that leaves a file."""
    return [sys.executable, "-c", f"open({str(path)!r}, 'a').write('done ')"]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


def test_it_runs_what_it_was_asked_to_and_not_what_it_was_asked_to_spare(note: Path, tmp_path: Path) -> None:
    with Warden() as warden:
        warden.run_after(noting(note))
        warden.run_after(noting(tmp_path / "spared"))
        warden.spare(noting(tmp_path / "spared"))
        assert not note.exists()
    assert note.read_text() == "done "
    assert not (tmp_path / "spared").exists()


def test_a_command_that_fails_until_another_has_run_is_run_again(note: Path) -> None:
    with Warden() as warden:
        warden.run_after(["rm", str(note)])
        warden.run_after(noting(note))
    assert not note.exists()


def test_a_warden_that_is_dismissed_does_nothing(note: Path) -> None:
    warden = Warden()
    warden.run_after(noting(note))
    warden.dismiss()
    assert not note.exists()
