"""A folder that several processes use at once: whoever clears it never makes another one's reading or writing fail."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from maskline.contract.artifact import clear_work
from maskline.contract.errors import Changed, StoreUnavailable
from maskline.contract.store.directory import MOST_TIMES, TEMPORARY, DirectoryStore

Act = Callable[[Path], None]


@pytest.fixture
def filled(directory_store: DirectoryStore) -> DirectoryStore:
    for path in ("work/a/receipts/1", "work/a/receipts/2", "work/b/1", "z"):
        directory_store.write(path, b"1")
    return directory_store


class Scan:
    """What was in a folder, as os.scandir tells it."""

    def __init__(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            self._entries = iter([*entries])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Hold nothing open."""

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._entries

    def __next__(self) -> os.DirEntry[str]:
        return next(self._entries)


def nothing(_: Path) -> None:
    """Let it be."""


@pytest.fixture
def when_read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let something happen to every folder of a name before it is read, or after."""

    def strike(name: str, before: Act = nothing, after: Act = nothing) -> None:
        def walk_scandir(folder: Any) -> Any:
            if isinstance(folder, int) or Path(folder).name != name:
                return real(folder)
            with monkeypatch.context() as patched:
                patched.setattr(os, "scandir", real)
                before(Path(folder))
                found = Scan(Path(folder))
                after(Path(folder))
            return found

        real = os.scandir
        monkeypatch.setattr(os, "scandir", walk_scandir)

    return strike


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("name", "left"), [("receipts", ["work/b/1", "z"]), ("work", ["z"]), ("a", ["work/b/1", "z"])])
def test_a_folder_that_goes_while_it_is_listed_is_passed_over(
    filled: DirectoryStore, when_read: Any, moment: str, name: str, left: list[str]
) -> None:
    when_read(name, **{moment: lambda folder: shutil.rmtree(folder, ignore_errors=True)})
    assert filled.list("") == left


def test_a_store_that_goes_while_it_is_listed_is_empty(filled: DirectoryStore, when_read: Any) -> None:
    when_read(filled.root.name, before=shutil.rmtree)
    assert filled.list("") == []


def test_two_may_clear_the_same_work(filled: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    other, listed = DirectoryStore(filled.root), filled.list

    def overtaken(prefix: str) -> list[str]:
        found = listed(prefix)
        clear_work(other, "a")
        return found

    monkeypatch.setattr(filled, "list", overtaken)
    clear_work(filled, "a")
    assert DirectoryStore(filled.root).list("") == ["work/b/1", "z"]
    assert not (filled.root / "work" / "a").exists()


@pytest.mark.parametrize("method", ["write", "create"])
def test_a_folder_that_goes_while_it_is_written_to_is_made_again(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    real, removals = tempfile.mkstemp, iter(range(3))

    def mkstemp(*, prefix: str, dir: Path) -> Any:  # noqa: A002 - tempfile's word
        if next(removals, None) is not None:
            dir.rmdir()
            dir.parent.rmdir()
        return real(prefix=prefix, dir=dir)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    getattr(directory_store, method)("work/a/1", b"1")
    assert directory_store.read("work/a/1") == b"1"


def test_a_folder_that_goes_at_once_is_made_again(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Path.mkdir finds it, looks whether it is a folder, and it is gone."""
    real, strikes = Path.mkdir, iter(range(3))

    def mkdir(folder: Path, *words: Any, **more: Any) -> None:
        if next(strikes, None) is not None:
            raise FileExistsError
        real(folder, *words, **more)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    directory_store.write("work/a/1", b"1")
    assert directory_store.read("work/a/1") == b"1"


def test_the_turn_to_replace_survives_it_too(directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real, strikes = Path.open, iter(range(2))

    def opened(file: Path, *words: Any, **more: Any) -> Any:
        if file.name == ".lock" and next(strikes, None) is not None:
            file.parent.rmdir()
        return real(file, *words, **more)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(Changed):
        directory_store.replace("models/pointer", b"2", "version")


def test_a_file_in_the_place_of_a_folder_is_told(directory_store: DirectoryStore) -> None:
    directory_store.write("a", b"1")
    for path in ("a/b", "a/b/c"):
        with pytest.raises(StoreUnavailable, match=rf"{path} cannot be written"):
            directory_store.write(path, b"2")
    assert MOST_TIMES < 10_000  # and told soon


def test_removing_what_is_no_file_removes_nothing(filled: DirectoryStore) -> None:
    before = filled.list("")
    for path in ("work", "work/a", "z/under/a/file", "z/1", "none/1"):
        filled.delete(path)
    assert filled.list("") == before


def test_what_a_writer_is_at_is_not_listed(filled: DirectoryStore) -> None:
    (filled.root / "work" / f"{TEMPORARY}half").write_bytes(b"1")
    assert filled.list("work") == ["work/a/receipts/1", "work/a/receipts/2", "work/b/1"]


def test_links_that_lead_nowhere_and_pipes_are_no_files(filled: DirectoryStore) -> None:
    (filled.root / "work" / "link").symlink_to(filled.root / "none")
    os.mkfifo(filled.root / "work" / "pipe")
    assert filled.list("work") == ["work/a/receipts/1", "work/a/receipts/2", "work/b/1"]
    assert not filled.exists("work/pipe")


USER = """
    import sys
    from pathlib import Path
    from maskline.contract.artifact import clear_work
    from maskline.contract.errors import AlreadyExists, NotFound
    from maskline.contract.store.directory import DirectoryStore
    store, me = DirectoryStore(Path(sys.argv[1])), sys.argv[2]
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(40):
        store.write(f"work/shared/deep/{me}-{turn}", b"1")
        try:
            store.create("work/shared/once", me.encode())
        except AlreadyExists:
            pass
        try:
            assert store.read(f"work/shared/deep/{me}-{turn}") == b"1"
        except NotFound:
            pass
        store.list("")
        clear_work(store, "shared")
"""


def test_processes_that_write_list_and_clear_one_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    users = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(USER), str(tmp_path / "store"), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("a", "b", "c")
    ]  # fmt: skip
    for user in users:
        assert user.stdout
        user.stdout.readline()
    said = [user.communicate("go\n")[1] for user in users]
    assert said == ["", "", ""]
    assert DirectoryStore(tmp_path / "store").list("") == []
