"""An image installs wheels, not the checkout: a member's wheel holds every file of its package, presets included.

The compiled pipelines stand beside their package in the checkout, for people, and inside it in the wheel, for programs.
"""

import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).parents[2]
MEMBERS = sorted(path.parent for path in ROOT.glob("**/pyproject.toml") if (path.parent / "src").is_dir())


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_the_wheel_holds_every_file_of_the_package(
    member: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(member)

    wheel = zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path)))

    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    source = member / "src"
    files = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    compiled = {
        f"maskline/{member.name}/{path.relative_to(member).as_posix()}"
        for path in (member / "compiled").rglob("*")
        if path.is_file()
    }
    assert held == compiled | {name for name in files if "__pycache__" not in name}
