"""An engine, the images as the checkout makes them, and containers as hard as a cluster's."""

import os
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from build import build
from builder import Builder, BuildError
from revision import Revision
from surroundings import Surroundings
from table import read_table

# As the pods of the chart: an unknown user, no rights, nothing to write to but /tmp; here even without a network.
HARDENED = [
    *("--rm", "--read-only", "--network", "none", "--user", "10001:10001", "--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges", "--memory", "2g", "--pids-limit", "256"),
    *("--tmpfs", "/tmp:rw,noexec,nosuid,size=256m"),  # noqa: S108 (the container's)
]


@pytest.fixture(scope="session")
def builder() -> Builder:
    """A docker that builds."""
    try:
        return Builder.find()
    except BuildError as fault:
        pytest.skip(str(fault))


@pytest.fixture(scope="session")
def surroundings(builder: Builder) -> Surroundings:
    return Surroundings.of_environment(os.environ, builder)


@dataclass
class Container:
    """How to run commands in one image."""

    builder: Builder
    image: str

    def run(self, *command: str, options: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command in a hardened container."""
        words = [self.builder.engine, "run", *HARDENED, *options, self.image, *command]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    def python(self, code: str) -> str:
        """Return what a piece of Python prints; it must succeed."""
        done = self.run("python3", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def inspect(self, form: str) -> str:
        """Return what the engine knows about the image."""
        words = [self.builder.engine, "image", "inspect", "--format", form, self.image]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()

    def last_layer_bytes(self) -> int:
        """Return what the engine has to push when everything below is there already."""
        words = [self.builder.engine, "history", "--human=false", "--format", "{{.Size}}", self.image]
        sizes = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
        return next(int(size) for size in sizes if size != "0")

    def history(self) -> str:
        """Return the commands that made the image."""
        words = [self.builder.engine, "history", "--no-trunc", "--format", "{{.CreatedBy}}", self.image]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="session")
def container(builder: Builder, surroundings: Surroundings) -> Callable[[str], Container]:
    """Return the image of a name, built from the checkout; where it is built already, that takes a second or two."""
    built: dict[str, Container] = {}

    def of(name: str) -> Container:
        if name not in built:
            image, revision = read_table()[name], Revision.of_checkout()
            build(image, builder, surroundings, revision)
            built[name] = Container(builder, f"{image.title}:{revision.version}")
        return built[name]

    return of


@pytest.fixture
def throwaway(builder: Builder) -> Iterator[Callable[[], Container]]:
    """Return names for images that are gone after the test."""
    named: list[Container] = []

    def another() -> Container:
        named.append(Container(builder, f"maskline-test:{uuid.uuid4().hex}"))
        return named[-1]

    yield another
    words = [builder.engine, "rmi", "--force", *(each.image for each in named)]
    subprocess.run(words, capture_output=True, check=False)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that any user may write to, as a volume of a cluster is."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    return folder
