"""Artifacts that come with an installed package: readable under one name everywhere, and by nobody to be changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from maskline.contract.artifact import Artifact, Kind, Manifest, open_sealed, place, seal, write_file
from maskline.contract.categories import CategoryTable
from maskline.contract.errors import AccessDenied, Corrupt, InvalidInput
from maskline.contract.published import GROUP, words
from maskline.contract.store import open_store
from maskline.contract.store.directory import DirectoryStore

ID = "0123456789ab"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installed package, shelf, that offers what it holds as "tiny"."""
    folder, about = tmp_path / "shelf", tmp_path / "shelf-1.dist-info"
    folder.mkdir()
    about.mkdir()
    (folder / "__init__.py").write_text("raise AssertionError('nobody needs to import it')")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[{GROUP}]\ntiny = shelf\n")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def sealed(folder: Path, name: str, table: CategoryTable, kind: Kind = "checkpoint") -> Artifact:
    store, prefix = DirectoryStore(folder), place(kind, name, ID)
    files = {"weights": write_file(store, prefix, "weights", b"1234")}
    manifest = Manifest(
        kind=kind, record="", name=name, id=ID, stage="train", categories=table, config={}, inputs={},
        files=files, figures={},
    )  # fmt: skip
    return seal(store, manifest)


def test_a_word_stands_for_the_artifact_of_a_package(package: Path, table: CategoryTable) -> None:
    sealed(package, "small", table)
    sealed(package, "small", table, "thresholds")  # what lies beside it is no other model

    found = open_sealed("tiny", "checkpoint")

    assert "tiny" in words()
    assert found.uri == f"package://shelf/checkpoints/small-{ID}"
    assert found.read("weights") == b"1234"
    assert open_sealed(found.uri, "checkpoint").manifest == found.manifest


def test_a_word_that_nobody_offers_is_answered_with_those_there_are(package: Path) -> None:
    assert package.is_dir()
    with pytest.raises(InvalidInput, match=r"'huge' is no artifact: .* \(there are: .*tiny"):
        open_sealed("huge", "checkpoint")


@pytest.mark.parametrize("names", [(), ("small", "large")])
def test_a_package_offers_one_checkpoint(package: Path, table: CategoryTable, names: tuple[str, ...]) -> None:
    for name in names:
        sealed(package, name, table)
    with pytest.raises(Corrupt, match=f"package://shelf should hold one checkpoint, not {len(names)}"):
        open_sealed("tiny", "checkpoint")


def test_what_a_package_holds_is_not_changed(package: Path) -> None:
    (package / "kept").write_bytes(b"1")
    store = open_store("package://shelf")
    version = store.read_versioned("kept")[1]

    changes: list[Callable[[], None]] = [
        lambda: store.write("new", b""),
        lambda: store.create("new", b""),
        lambda: store.replace("kept", b"", version),
        lambda: store.delete("kept"),
    ]
    for change in changes:
        with pytest.raises(AccessDenied, match=r"package://shelf/.* belongs to an installed package"):
            change()
    assert store.list("") == ["__init__.py", "kept"]


@pytest.mark.parametrize("name", ["", "gone", "gone.below", "shelf..x"])
def test_a_package_that_is_not_installed_is_named(name: str) -> None:
    with pytest.raises(InvalidInput, match=f"package://{name}': no package of that name is installed here"):
        open_store(f"package://{name}")
