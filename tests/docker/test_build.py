"""How the build talks to docker and to people, told to a docker that only writes down what it hears."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from build import main
from builder import NO_BUILDKIT, NO_ENGINE, Builder, BuildError
from revision import Revision
from table import ROOT, read_table

PROGRAM = ROOT / "docker/images/build.py"
RENDER = read_table()["render"]
FAKE = """\
#!/usr/bin/env python3
import json, os, sys
words = sys.argv[1:]
with open({journal!r}, "a") as journal:
    journal.write(json.dumps([words, os.environ.get("DOCKER_BUILDKIT")]) + "\\n")
if words[-1] == "version":
    print("1.2.3")
    sys.exit(not ({buildx!r} if words[0] == "buildx" else {engine!r}))
if words[:2] == ["build", "--help"]:
    print("--secret" if {buildkit!r} else "--tag")
if words[:2] == ["image", "inspect"]:
    if words[-1] == {missing!r}:
        sys.exit(1)
    print({megabytes} * 1_000_000 if "Size" in words[3] else "sha256:1")
for word in words:
    if word.startswith("type=local,dest="):
        open(word.removeprefix("type=local,dest=") + "/sbom.json", "w").write("{{}}")
"""


class FakeDocker:
    """A program called `docker` that answers as it is told and keeps what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "docker"
        self.journal = folder / "journal"
        self.missing = ""  # an image that it does not have

    def answers(self, *, engine: bool = True, buildx: bool = True, buildkit: bool = True, megabytes: int = 1) -> None:
        """Write the program."""
        fields = {"engine": engine, "buildx": buildx, "buildkit": buildkit, "megabytes": megabytes}
        self.program.write_text(FAKE.format(journal=str(self.journal), missing=self.missing, **fields))
        self.program.chmod(0o755)

    @property
    def builds(self) -> list[list[str]]:
        """The words of every build, and whether BuildKit was asked for."""
        asked = [json.loads(line) for line in self.journal.read_text().splitlines()]
        builds = [(words, kit) for words, kit in asked if "--target" in words]
        assert {kit for _, kit in builds} == {"1"}
        return [words for words, _ in builds]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    fake = FakeDocker(tmp_path)
    monkeypatch.setenv("DOCKER", str(fake.program))
    monkeypatch.setattr("build.SBOMS", tmp_path / "sbom")
    for name in ("BASE_IMAGE", "PACKAGE_INDEX", "TORCH_INDEX", "CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return fake


def values(words: list[str], option: str) -> list[str]:
    return [value for word, value in pairwise(words) if word == option]


def test_buildx_is_taken_where_it_works(fake: FakeDocker) -> None:
    fake.answers()

    builder = Builder.find()

    assert builder.build == ("buildx", "build")
    assert builder.load == ("--load",), "a builder of buildx may keep its images to itself"


def test_a_docker_with_buildkit_in_it_does_without_buildx(fake: FakeDocker) -> None:
    fake.answers(buildx=False)

    builder = Builder.find()

    assert (builder.engine, builder.build, builder.load) == (str(fake.program), ("build",), ())


@pytest.mark.parametrize(
    ("answers", "message"),
    [({"buildx": False, "buildkit": False}, NO_BUILDKIT), ({"engine": False}, NO_ENGINE)],
)
def test_a_docker_that_cannot_build_is_told_apart_from_one_that_does_not_run(
    fake: FakeDocker, answers: dict[str, bool], message: str
) -> None:
    fake.answers(**answers)

    with pytest.raises(BuildError, match=message[:30]):
        Builder.find()


def test_no_docker_at_all_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER", "/nowhere/docker")

    with pytest.raises(BuildError, match="no Docker engine answers"):
        Builder.find()


def test_a_docker_that_can_build_is_found_behind_one_that_cannot(
    fake: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.answers(buildx=False)
    (tmp_path / "first").mkdir()
    first = FakeDocker(tmp_path / "first")
    first.answers(buildx=False, buildkit=False)
    monkeypatch.delenv("DOCKER")
    monkeypatch.setattr("builder.ENGINES", (str(first.program), str(fake.program)))

    assert Builder.find().engine == str(fake.program)


def test_an_image_gets_the_version_the_revision_and_the_labels(fake: FakeDocker) -> None:
    fake.answers()

    main(["render"])

    image, sbom = fake.builds
    revision = Revision.of_checkout()
    assert values(image, "--tag") == [f"maskline/render:{tag}" for tag in revision.tags]
    labels = dict(label.removeprefix("org.opencontainers.image.").split("=", 1) for label in values(image, "--label"))
    assert labels["title"] == "maskline/render"
    assert labels["description"] == RENDER.description
    assert labels["version"] == revision.version
    assert labels["licenses"] == "Apache-2.0"
    assert values(image, "--target") == ["image"]
    assert values(sbom, "--target") == ["sbom"]


def test_the_arguments_of_the_dockerfile_come_from_the_environment(
    fake: FakeDocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.answers()
    bundle = tmp_path / "ca.crt"
    bundle.touch()
    given = {"BASE_IMAGE": "base:1", "PACKAGE_INDEX": "https://index/index", "TORCH_INDEX": "https://torch/cpu"}
    for name, value in (given | {"CA_BUNDLE": str(bundle)}).items():
        monkeypatch.setenv(name, value)

    main(["predict"])

    for words in fake.builds:
        arguments = dict(argument.split("=", 1) for argument in values(words, "--build-arg"))
        assert arguments.items() >= given.items()
        assert arguments["PROCESSOR"] == "gpu"
        stages = "components/evaluate components/predict components/render components/train"
        assert arguments["MEMBERS"] == f"{stages} contract kinds/pictures kinds/strokes kinds/volumes models"
        assert values(words, "--secret") == [f"id=ca,src={bundle}"]


def test_without_arguments_a_base_image_made_here_is_taken(
    fake: FakeDocker, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.answers()

    main(["evaluate"])

    assert "BASE_IMAGE=maskline/base:bookworm" in values(fake.builds[0], "--build-arg")
    assert "base image    maskline/base:bookworm\n" in capsys.readouterr().out


def test_an_image_over_its_budget_is_told_with_its_size_and_the_budget(
    fake: FakeDocker, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.answers(megabytes=RENDER.budget_mb + 1)

    with pytest.raises(BuildError, match=r"^maskline/render has 501 MB, its budget is 500$"):
        main(["render"])

    assert "maskline/render          501     500" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CA_BUNDLE", "/nowhere.crt", "certificates are to come from /nowhere.crt, which is no file"),
        ("PACKAGE_INDEX", "https://me:secret@index.test/index", "the index on index.test has a user in its URL"),
        ("TORCH_INDEX", "https://secret@index.test/index", "the index on index.test has a user in its URL"),
    ],
)
def test_what_cannot_work_or_would_tell_a_secret_is_refused_before_anything_is_built(
    fake: FakeDocker, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    fake.answers()
    monkeypatch.setenv(variable, value)

    with pytest.raises(BuildError, match=message) as fault:
        main([])

    assert "secret" not in str(fault.value)
    assert "--target" not in fake.journal.read_text()


def test_the_program_ends_with_one_line_and_exit_code_1() -> None:
    done = subprocess.run([sys.executable, PROGRAM, "rendr"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("build-images: there is no image 'rendr'; docker/images.toml has render, train,")
    assert done.stderr.count("\n") == 1


def load(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Run the loader where the only programs besides the system's are those in the folder."""
    command = [sys.executable, str(ROOT / "docker/images/load.py"), *names]
    environment = os.environ | {"PATH": f"{folder}:/usr/bin:/bin", "CLUSTER": "mine"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def kind(tmp_path: Path) -> Path:
    """A kind that prints what it is told; returns its folder."""
    kind = tmp_path / "kind"
    kind.write_text('#!/bin/sh\necho "$@"\n')
    kind.chmod(0o755)
    return tmp_path


def test_kind_is_given_every_image_by_every_tag(fake: FakeDocker, kind: Path) -> None:
    """A pipeline may be stamped with either tag."""
    fake.answers()
    done = load(kind, "render", "store")
    tags = Revision.of_checkout().tags
    images = [f"maskline/{name}:{tag}" for name in ("render", "store") for tag in tags]
    assert (done.returncode, done.stdout) == (0, f"load docker-image --name mine {' '.join(images)}\n")


def test_a_tag_that_is_not_built_is_named_before_anything_is_loaded(fake: FakeDocker, kind: Path) -> None:
    """The version's image may be one of an older checkout."""
    fake.missing = f"maskline/render:{Revision.of_checkout().tags[-1]}"
    fake.answers()
    done = load(kind, "render", "store")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"kind-load: not built yet: {fake.missing}; make build-images does it\n"


def test_kind_is_named_where_it_is_missing(fake: FakeDocker, tmp_path: Path) -> None:
    fake.answers()
    done = load(tmp_path, "render")
    assert done.returncode == 1
    assert done.stderr.startswith("kind-load: kind is missing")
