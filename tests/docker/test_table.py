"""The table of images, the Dockerfile, the locks and the workspace say the same."""

import re
import tomllib
from pathlib import Path

import pytest

from builder import Recipe
from revision import Revision
from surroundings import Surroundings
from table import ROOT, Image, members, read_table

IMAGES = read_table()
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()
LOCKS = {path.stem: path.read_text() for path in (ROOT / "locks").glob("*.txt")}
# A stage is left out of the table's reach by mistake only: every program of the build is named here.
BUILD_TOOLS = {"cyclonedx-bom", "hatchling", "uv"}


def entries(lock: str) -> set[str]:
    """Return the packages of a lock, each with its hashes."""
    return set(re.split(r"\n(?=\S)", LOCKS[lock].strip()))


def names(lock: str) -> set[str]:
    return {re.split(r"[ =]", entry, maxsplit=1)[0] for entry in entries(lock)}


def recipe(image: Image) -> Recipe:
    revision = Revision("1.2.3", "", "", "")
    return Surroundings("base", "index", "torch", Path(__file__)).recipe(image, image.target, revision)


def test_every_component_has_an_image_that_installs_it() -> None:
    components = {path.name for path in (ROOT / "components").iterdir()}

    assert components <= IMAGES.keys()
    for name in components:
        assert f"components/{name}" in IMAGES[name].members


def test_every_member_is_in_an_image() -> None:
    assert {member for image in IMAGES.values() for member in image.members} == set(members().values())


@pytest.mark.parametrize("image", IMAGES.values(), ids=lambda image: image.name)
def test_an_image_brings_every_member_that_its_members_need(image: Image) -> None:
    for member in image.members:
        needed = tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]["dependencies"]
        siblings = {line.split("==")[0] for line in needed if line.startswith("maskline-")}
        assert {members()[name] for name in siblings} <= set(image.members)


def test_every_image_has_a_lock_and_every_other_lock_a_purpose() -> None:
    assert LOCKS.keys() == IMAGES.keys() | {"dev", "build", "torch"}


def test_the_layer_of_torch_holds_what_the_images_on_it_have_locked() -> None:
    on_it = {name for name, image in IMAGES.items() if image.processor == "gpu"}

    assert on_it == {name for name in IMAGES if "torch" in names(name)}
    for name in on_it:
        assert entries("torch") <= entries(name)


def test_train_and_predict_install_the_same_packages_and_so_share_every_layer_below_their_own_code() -> None:
    assert LOCKS["train"] == LOCKS["predict"]


def test_what_builds_images_is_in_none() -> None:
    assert names("build") >= BUILD_TOOLS
    for name in IMAGES:
        assert not BUILD_TOOLS & names(name), name


@pytest.mark.parametrize("name", IMAGES)
def test_what_the_table_leaves_out_is_not_locked(name: str) -> None:
    assert not set(IMAGES[name].without) & names(name)


@pytest.mark.parametrize("image", IMAGES.values(), ids=lambda image: image.name)
def test_the_dockerfile_knows_every_argument_it_is_given(image: Image) -> None:
    declared = set(re.findall(r"^ARG (\w+)", DOCKERFILE, re.MULTILINE))
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", DOCKERFILE, re.MULTILINE))

    assert recipe(image).arguments.keys() <= declared
    assert {image.target, image.processor, "sbom"} <= stages


def test_small_images_stay_small() -> None:
    assert IMAGES["render"].budget_mb <= 500
    assert IMAGES["evaluate"].budget_mb <= 400


def test_every_stage_has_a_title() -> None:
    lines = DOCKERFILE.splitlines()
    stages = [at for at, line in enumerate(lines) if line.startswith("FROM ")]

    assert len(stages) > 1
    for at in stages:
        name = lines[at].split(" AS ")[1]
        assert lines[at - 1].startswith(f"# ---- {name}: "), lines[at]


def test_the_dockerfile_needs_no_registry_but_for_the_base_image() -> None:
    """A `# syntax=` line would have a frontend pulled, a COPY --from=<image> a tool."""
    stages = set(re.findall(r" AS (\w+)", DOCKERFILE))

    assert "syntax=" not in DOCKERFILE
    assert set(re.findall(r"from=([^,\s]+)", DOCKERFILE)) <= stages
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) <= stages | {
        "${BASE_IMAGE}",
        "${PROCESSOR}",
        "scratch",
    }
    assert not re.search(r"https?://|\.(com|io|org)\b", DOCKERFILE)


def test_no_image_depends_on_an_entrypoint_runs_as_root_or_is_called_latest() -> None:
    instructions = re.findall(r"^([A-Z]+) (.*)", DOCKERFILE, re.MULTILINE)

    assert not {word for word, _ in instructions} & {"ENTRYPOINT", "CMD"}
    assert {rest for word, rest in instructions if word == "USER"} == {"10001:10001"}
    assert "latest" not in DOCKERFILE
    assert Revision("1.2.3", "0123456789ab-dirty", "", "").tags == ["1.2.3", "0123456789ab-dirty"]
