"""What is built anew, and what an engine or a registry has to move, after a change."""

import json
import re
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from builder import Builder, BuildError
from revision import Revision
from surroundings import Surroundings
from table import ROOT, Image, read_table

if TYPE_CHECKING:
    from tests.docker.conftest import Container

SOURCES = ("contract", "models", "components", "domains", "kinds", "pipelines", "docker", "locks")
REVISION = Revision("0.1.0", "", "", "")
EVALUATE = read_table()["evaluate"]
SMALL = Image(name="small", description="", install=[], budget_mb=200)
TABULATE = next(
    entry + "\n"
    for entry in re.split(r"\n(?=\S)", (ROOT / "locks/train.txt").read_text())
    if entry.startswith("tabulate==")
)


@dataclass
class Copy:
    """A copy of the sources that a test may change, and the images built from it."""

    folder: Path
    builder: Builder
    surroundings: Surroundings
    throwaway: Callable[[], "Container"]

    def build(self, image: Image) -> "Container":
        """Build an image from the copy."""
        container = self.throwaway()
        self.builder.image(self.surroundings.recipe(image, image.target, REVISION), [container.image], {})
        return container

    def layers(self, image: Image) -> list[str]:
        """Return the digests of an image's layers, the base first."""
        found: list[str] = json.loads(self.build(image).inspect("{{json .RootFS.Layers}}"))
        return found

    def add(self, path: str, text: str) -> None:
        """Add text to a file."""
        with (self.folder / path).open("a", encoding="utf-8") as file:
            file.write(text)


@pytest.fixture
def copy(tmp_path: Path, builder: Builder, surroundings: Surroundings, throwaway: Callable[[], "Container"]) -> Copy:
    folder = tmp_path / "copy"
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".dockerignore", folder)
    return Copy(folder, replace(builder, sources=folder), surroundings, throwaway)


def test_a_change_of_code_renews_one_small_layer_and_another_members_none(copy: Copy) -> None:
    before = copy.layers(EVALUATE)

    copy.add("components/evaluate/src/maskline/evaluate/__init__.py", "\nCHANGED = True\n")
    changed = copy.build(EVALUATE)
    after = json.loads(changed.inspect("{{json .RootFS.Layers}}"))
    copy.add("pipelines/src/maskline/pipelines/__init__.py", "\nCHANGED = True\n")

    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]
    assert changed.last_layer_bytes() < 8_000_000
    assert copy.layers(EVALUATE) == after


def test_what_is_installed_anew_gives_the_same_layers(copy: Copy) -> None:
    """So an engine that has lost its cache, or another machine, moves nothing that is there already."""
    before = copy.layers(EVALUATE)

    copy.add("docker/install.sh", f"# every step is another one now: {uuid.uuid4()}\n")

    assert copy.layers(EVALUATE) == before


def index(folder: Path, *packages: str) -> None:
    """Make a package index in a folder, with empty packages as name==version."""
    for name, version in (package.split("==") for package in packages):
        (folder / name).mkdir(parents=True)
        wheel, described = f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
        with ZipFile(folder / name / wheel, "w") as file:
            file.writestr(f"{described}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            file.writestr(f"{described}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            file.writestr(f"{described}/RECORD", "")
        (folder / name / "index.html").write_text(f'<a href="{wheel}">{wheel}</a>')


@pytest.fixture
def with_torch_index(copy: Copy) -> Copy:
    """A copy with a folder as the index for torch; that folder is one which a build sees."""
    index(copy.folder / "docker/detectron2/index", "torch==2.15.0+cpu", "torchvision==0.29.2+cpu")
    copy.surroundings = replace(copy.surroundings, torch_index="file:///mnt/docker/detectron2/index")
    return copy


def lock_torch_and(package: str) -> str:
    """Return a lock with torch, CUDA's packages in hashes that no file has, and one more package."""
    named = ["nvidia-cublas==13.4", "triton==3.9.0", "cuda-toolkit==13.2", "torch==2.15.0", "torchvision==0.29.2"]
    return "".join([*(f"{name} \\\n    --hash=sha256:{'0' * 64}\n" for name in named), package])


def test_with_an_index_for_torch_its_build_is_installed_and_cuda_is_not(with_torch_index: Copy) -> None:
    with_torch_index.add("locks/small.txt", lock_torch_and(TABULATE))
    code = "import importlib.metadata as m; print(sorted(f'{d.name}=={d.version}' for d in m.distributions()))"

    found = with_torch_index.build(SMALL).python(code)

    assert found == "['tabulate==0.10.0', 'torch==2.15.0+cpu', 'torchvision==0.29.2+cpu']"


def test_with_an_index_for_torch_all_the_rest_still_has_to_be_what_is_locked(
    with_torch_index: Copy, capfd: pytest.CaptureFixture[str]
) -> None:
    with_torch_index.add("locks/small.txt", lock_torch_and(re.sub(r"\b[0-9a-f]{64}\b", "1" * 64, TABULATE)))

    with pytest.raises(BuildError, match="was not built"):
        with_torch_index.build(SMALL)

    assert "Hash mismatch for `tabulate==0.10.0`" in "".join(capfd.readouterr())
