"""Tags and labels name the state of the sources, and say so when no commit has it."""

import subprocess
from pathlib import Path

import pytest

from revision import Revision

WHO = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
TIME = "2030-01-02T03:04:05+00:00"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit and one member."""
    monkeypatch.setattr("revision.ROOT", tmp_path)
    monkeypatch.setenv("GIT_COMMITTER_DATE", TIME)
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines/pyproject.toml").write_text('[project]\nversion = "1.2.3"\nlicense = "Apache-2.0"\n')
    for words in (["init", "--quiet"], ["add", "."], [*WHO, "commit", "--quiet", "--message", "first"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def git(checkout: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=checkout, capture_output=True, text=True, check=True).stdout.strip()


def test_a_commit_gives_twelve_digits_and_its_time(checkout: Path) -> None:
    commit = git(checkout, "rev-parse", "HEAD")

    revision = Revision.of_checkout()

    assert revision.tags == ["1.2.3", commit[:12]]
    assert revision.labels["org.opencontainers.image.revision"] == commit[:12]
    assert revision.labels["org.opencontainers.image.created"] == TIME


def test_a_file_that_no_commit_has_makes_it_dirty_and_timeless(checkout: Path) -> None:
    (checkout / "new").touch()

    revision = Revision.of_checkout()

    assert revision.tags[1].endswith("-dirty")
    assert "org.opencontainers.image.created" not in revision.labels


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://git.example.org/maskline", True),
        ("https://me:secret@git.example.org/maskline", False),
        ("/srv/maskline", False),
    ],
)
def test_only_a_public_address_of_the_sources_is_told(checkout: Path, address: str, told: bool) -> None:  # noqa: FBT001
    git(checkout, "remote", "add", "origin", address)

    source = Revision.of_checkout().labels.get("org.opencontainers.image.source")

    assert source == (address if told else None)


def test_sources_without_git_have_a_version(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".git").rename(checkout / "not-git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert Revision.of_checkout().tags == ["1.2.3"]
