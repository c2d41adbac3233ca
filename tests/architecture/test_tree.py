"""Rules of the tree that no import can break: names, members, and what no file may mention."""

import re
import subprocess
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMBERS = sorted(path.parent for path in ROOT.glob("**/pyproject.toml") if (path.parent / "src").is_dir())
NAMES = {member.name for member in MEMBERS}

# Written as patterns, so that this file does not match itself.
REGISTRIES = r"pypi\.org|pythonhosted\.org|download\.pytorch\.org|npmjs\.(?:com|org)|anaconda\.org"
MACHINES = r"(?<![\w.}>/])/(?:work/(?:main|shared|plan)|root/|home/\w)"


def project(member: Path) -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((member / "pyproject.toml").read_text())["project"]
    return table


def tracked() -> list[Path]:
    """Return the files of the repository, those not yet added included."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def test_the_workspace_has_the_members_of_the_design() -> None:
    stages = {"render", "train", "evaluate", "predict"}

    assert {
        "cells",
        "contract",
        "models",
        "molecules",
        "pictures",
        "pipelines",
        "sketches",
        "strokes",
        "tomograms",
        "volumes",
    } | stages == NAMES


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_a_member_is_one_typed_package_of_the_namespace(member: Path) -> None:
    namespace = member / "src/maskline"

    assert project(member)["name"] == f"maskline-{member.name}"
    assert [path.name for path in namespace.iterdir() if path.name != "__pycache__"] == [member.name]
    assert (namespace / member.name / "py.typed").read_text() == ""
    assert (namespace / member.name / "__init__.py").read_text().startswith('"""')


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_a_member_pins_its_siblings_to_the_one_version(member: Path) -> None:
    version = project(member)["version"]
    table = tomllib.loads((member / "pyproject.toml").read_text())["project"]
    extras = [line for lines in table.get("optional-dependencies", {}).values() for line in lines]
    siblings = [line for line in [*table["dependencies"], *extras] if line.startswith("maskline-")]

    assert version == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert [line for line in siblings if not line.endswith(f"=={version}")] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {"utils", "util", "common", "helpers", "misc", "base"}
    parts = {path: {*path.relative_to(ROOT).with_suffix("").parts} for path in tracked() if path.suffix == ".py"}

    assert [path for path, named in parts.items() if named & names] == []


@pytest.mark.parametrize(("within", "files", "most"), [("*/src/maskline", "*.py", 12), ("tests", "test_*.py", 20)])
def test_no_folder_holds_more_than_one_can_take_in(within: str, files: str, most: int) -> None:
    ours = [path.relative_to(ROOT) for path in tracked() if path.match(files) and path.name != "__init__.py"]
    folders = Counter(str(path.parent) for path in ours if fnmatch(str(path), f"{within}/*"))

    assert {folder: count for folder, count in folders.items() if count > most} == {}


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINES], ids=["registry", "machine"])
def test_no_file_names_a_registry_or_a_place_on_somebodys_machine(pattern: str) -> None:
    naming = re.compile(pattern.encode())

    assert [path for path in tracked() if naming.search(path.read_bytes())] == []


def test_make_help_has_a_sentence_for_every_target() -> None:
    text = (ROOT / "Makefile").read_text()
    listed = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    targets = re.findall(r"^\.PHONY: (\S+)$", text, re.MULTILINE)
    assert re.findall(r"^  make (\S+) +[A-Z]\w+ ", listed, re.MULTILINE) == targets
