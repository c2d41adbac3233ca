"""Sketches of somebody else, as files, and their import."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.kind.exchange import ImportConfig
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

NAMES = ("car", "car/wheel", "car/body", "sun", "sun/ray")
TABLE = CategoryTable(
    domain="drawings",
    policy="plain",
    categories=tuple(Category(id=i, name=name, colour="#ff0000") for i, name in enumerate(NAMES, 1)),
)
Import = Callable[..., Artifact]


class Theirs:
    """A folder of sketches in InstanceSketch's JSON."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, *labels: str, shift: float = 0.0) -> None:
        """Write a sketch of one stroke for each label; others with another `shift` are other drawings."""
        lines = [[[number + shift, 0], [number, 5 + shift]] for number in range(len(labels))]
        document = {"lines": lines, "segments": [[label, label] for label in labels]}
        self.text(path, json.dumps(document))

    def text(self, path: str, text: str) -> None:
        """Write any file."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)


@pytest.fixture
def theirs(tmp_path: Path) -> Theirs:
    return Theirs(tmp_path / "theirs")


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store")


@pytest.fixture
def imported(theirs: Theirs, store: DirectoryStore) -> Import:
    """Import their folder, or other sources, into a dataset."""

    def imported(*sources: Path | str, **options: Any) -> Artifact:
        places = tuple(map(str, sources)) or (str(theirs.folder),)
        given: dict[str, Any] = {"sources": places, "name": "theirs", "record": "strokes/1", "table": TABLE} | options
        return run(ImportConfig(**given), store)

    return imported
