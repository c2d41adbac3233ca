"""Volumes of somebody else, as files, and their import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.kind.exchange import ImportConfig
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

Import = Callable[..., Artifact]


def table(*names: str) -> CategoryTable:
    categories = tuple(Category(id=number, name=name, colour="#00ff00") for number, name in enumerate(names, 1))
    return CategoryTable(domain="things", policy="plain", categories=categories)


class Theirs:
    """A folder of volumes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, values: ArrayLike) -> None:
        """Write a volume."""
        self._place(path)
        np.save(self.folder / path, np.asarray(values))

    def text(self, path: str, text: str) -> None:
        """Write any file."""
        self._place(path).write_text(text)

    def _place(self, path: str) -> Path:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        return self.folder / path


@pytest.fixture
def theirs(tmp_path: Path) -> Theirs:
    return Theirs(tmp_path / "theirs")


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store")


@pytest.fixture
def imported(theirs: Theirs, store: DirectoryStore) -> Import:
    """Import their folder, or other sources, into a dataset."""

    def imported(*sources: Path | str, options: dict[str, Any] | None = None, **fields: Any) -> Artifact:
        places = tuple(map(str, sources)) or (str(theirs.folder),)
        given: dict[str, Any] = {"sources": places, "name": "theirs", "record": "volume/1", "table": table("thing")}
        return run(ImportConfig(**given | fields), store, options or {})

    return imported
