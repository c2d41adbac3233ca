"""What the reaper does when its owner is gone."""

import sys
from pathlib import Path

import pytest

from maskline.pipelines.engines.reaper import Reaper


def noting(path: Path) -> list[str]:
    """A command that leaves a file."""
    return [sys.executable, "-c", f"open({str(path)!r}, 'a').write('done ')"]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


def test_it_runs_what_it_was_asked_to_and_not_what_it_was_asked_to_spare(note: Path, tmp_path: Path) -> None:
    with Reaper() as reaper:
        reaper.run_after(noting(note))
        reaper.run_after(noting(tmp_path / "spared"))
        reaper.spare(noting(tmp_path / "spared"))
        assert not note.exists()
    assert note.read_text() == "done "
    assert not (tmp_path / "spared").exists()


def test_a_command_that_fails_until_another_has_run_is_run_again(note: Path) -> None:
    with Reaper() as reaper:
        reaper.run_after(["rm", str(note)])
        reaper.run_after(noting(note))
    assert not note.exists()


def test_a_reaper_that_is_dismissed_does_nothing(note: Path) -> None:
    reaper = Reaper()
    reaper.run_after(noting(note))
    reaper.dismiss()
    assert not note.exists()
