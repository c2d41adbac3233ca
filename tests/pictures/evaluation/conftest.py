"""The laboratory of the evaluate stage: what pictures make of an evaluation is seen in its reports."""

from pathlib import Path

import pytest
from laboratory import SPOILS, Lab, Spoil, install_domain

from maskline.contract.store import Store


@pytest.fixture
def lab(directory_store: Store) -> Lab:
    return Lab(directory_store)


@pytest.fixture
def spoils() -> dict[str, Spoil]:
    """The ways to predict that tests name."""
    return SPOILS


@pytest.fixture
def opinionated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a domain `shapes` that has measures and a reading of its own."""
    install_domain(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
