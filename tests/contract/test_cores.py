"""How many cores a process counts on."""

import os
from pathlib import Path

import pytest

from maskline.contract import cores

EVERY = len(os.sched_getaffinity(0))


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for /sys/fs/cgroup."""
    monkeypatch.setattr(cores, "CONTROL", tmp_path)
    return tmp_path


def test_without_control_groups_every_core_counts(control: Path) -> None:
    assert list(control.iterdir()) == []
    assert cores.cores() == EVERY


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max", EVERY), ("50000", 1), ("100000", 1), ("99900000", EVERY)],
)
def test_the_containers_share_counts_where_there_is_a_limit(quota: str, expected: int, control: Path) -> None:
    (control / "cpu.max").write_text(f"{quota} 100000\n", "ascii")
    assert cores.cores() == expected


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("-1", EVERY), ("50000", 1), ("100000", 1), ("99900000", EVERY)],
)
def test_it_counts_in_the_first_version_of_control_groups_too(quota: str, expected: int, control: Path) -> None:
    (control / "cpu").mkdir()
    (control / "cpu/cpu.cfs_quota_us").write_text(f"{quota}\n", "ascii")
    (control / "cpu/cpu.cfs_period_us").write_text("100000\n", "ascii")
    assert cores.cores() == expected
