"""How many cores a process counts on."""

import os
from pathlib import Path

import pytest

from maskline.contract import cores

EVERY = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("max 100000", EVERY), ("50000 100000", 1), ("100000 100000", 1), ("99900000 100000", EVERY)],
)
def test_the_containers_share_counts_where_there_is_a_limit(
    limit: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "CONTROL", tmp_path / "cpu.max")
    assert cores.cores() == EVERY
    cores.CONTROL.write_text(f"{limit}\n", "ascii")
    assert cores.cores() == expected
