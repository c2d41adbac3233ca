"""What tests of the S3 client share: a server that refuses what it is told to, and little patience."""

from collections.abc import Iterator

import pytest
from s3_stub import Stub, serving

from maskline.contract.store.s3 import patience


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A server that refuses nothing until it is told to, by its `refuse`."""
    with serving(lambda _: None) as found:
        yield found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of milliseconds, and a patience of half a second."""
    monkeypatch.setattr(patience, "PAUSES", {"backoff_factor": 0.001, "backoff_max": 0.01})
    monkeypatch.setattr(patience, "PATIENT_S", 0.5)
