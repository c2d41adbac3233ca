"""What a store can do is told before anything is installed, and nothing of the question is left."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maskline.contract.errors import AccessDenied, AlreadyExists, InvalidInput
from maskline.contract.store.directory import DirectoryStore
from maskline.contract.store.s3 import S3Store
from maskline.pipelines.command_line import app
from maskline.pipelines.store.check import PAGE, answers, require_all


class Overwriting(DirectoryStore):
    """Passes over conditions, as rclone 1.76 does."""

    def create(self, path: str, data: bytes) -> None:
        self.write(path, data)

    def replace(self, path: str, data: bytes, version: str) -> None:  # noqa: ARG002
        self.write(path, data)


class Hasty(DirectoryStore):
    """Looks whether something is there, and writes some time after that, as VersityGW 1.7 does on a folder."""

    def create(self, path: str, data: bytes) -> None:
        if self.exists(path):
            raise AlreadyExists(path)
        time.sleep(0.05)
        self.write(path, data)


class OnePage(DirectoryStore):
    """Lists a page and says that this is all."""

    def list(self, prefix: str) -> list[str]:
        return super().list(prefix)[:PAGE]


class Late(DirectoryStore):
    """Shows an object as it was before the last write."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._before: dict[str, bytes] = {}

    def write(self, path: str, data: bytes) -> None:
        if self.exists(path):
            self._before[path] = super().read(path)
        super().write(path, data)

    def read(self, path: str) -> bytes:
        return self._before.get(path) or super().read(path)


class Unremovable(DirectoryStore):
    """Lets nobody remove anything."""

    def delete(self, path: str) -> None:
        raise AccessDenied(f"{self.uri}/{path} may not be removed by this user")


class CutOff(DirectoryStore):
    """Loses the end of what travels in parts."""

    def write(self, path: str, data: bytes) -> None:
        super().write(path, data[: 64 * 1024 * 1024])


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (Overwriting, "conditional writes (If-None-Match and If-Match not kept"),
        (Hasty, "writers at once (8 of 8 who create one object at the same moment succeed)"),
        (OnePage, f"listing ({PAGE} of {PAGE + 1} objects are listed)"),
        (Late, "versions (an overwritten object is read as it was before)"),
        (CutOff, "large objects (what is read is not what was written in parts)"),
        (Unremovable, "small objects (file://"),
    ],
)
def test_what_is_missing_is_named(kind: Callable[[Path], DirectoryStore], missing: str, tmp_path: Path) -> None:
    store = kind(tmp_path / "store")
    found = list(answers(store))
    with pytest.raises(InvalidInput, match="cannot be used") as refusal:
        require_all(store, found)
    assert missing in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_command_ends_with_2_where_something_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DirectoryStore, "create", DirectoryStore.write)
    shown = CliRunner().invoke(app, ["artifacts", "--store", f"file://{tmp_path}/store", "check"])
    assert shown.exit_code == 2
    assert "store cannot be used: conditional writes (If-None-Match not kept" in shown.output


def test_the_embedded_server_can_do_all_that_is_needed_and_nothing_is_left(s3_store: S3Store) -> None:
    shown = CliRunner().invoke(app, ["artifacts", "--store", s3_store.uri, "check"])
    assert (shown.exit_code, shown.output.count(" ok ")) == (0, 8), shown.output
    assert s3_store.list("") == []


def test_a_folder_can_do_all_that_is_needed_and_nothing_is_left(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["artifacts", "--store", f"file://{tmp_path}/store", "check"])
    assert (shown.exit_code, shown.output.count(" ok ")) == (0, 8), shown.output
    assert list((tmp_path / "store").rglob("*")) == []
