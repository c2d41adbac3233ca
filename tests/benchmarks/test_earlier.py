"""The earlier build comes out of git."""

from pathlib import Path

from cluster.earlier import install


def test_where_git_does_not_have_the_commit_that_is_said(tmp_path: Path) -> None:
    said = install(tmp_path, tmp_path / "earlier")

    assert said.startswith("commit cc5b94a is not in this clone: fatal: ")
    assert not (tmp_path / "earlier").exists()
