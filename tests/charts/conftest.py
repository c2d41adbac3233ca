"""The chart, rendered by both Helms that are in use; and what a rendering holds."""

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts/maskline"
TOOLS = ROOT / ".tools/bin"
CONFIGURATIONS = sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))
NAMESPACE = "team-a"
# Drawn keys would differ between two renderings.
KEYS = ("s3.accessKey=anaccesskey", "s3.secretKey=asecretkey")
Document = dict[str, Any]
Helm = Callable[..., "subprocess.CompletedProcess[str]"]
Render = Callable[..., list[Document]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test every supported configuration, or both Helms, where it asks for them."""
    if "configuration" in metafunc.fixturenames:
        metafunc.parametrize("configuration", ["defaults", *CONFIGURATIONS])
    if "major" in metafunc.fixturenames:
        metafunc.parametrize("major", [3, 4])


@pytest.fixture(scope="session")
def chart_folder() -> Path:
    """The chart."""
    return CHART


@pytest.fixture(scope="session")
def helm() -> Helm:
    """Run Helm: `helm(3, "lint", ...)`."""

    def run(major: int, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        program = TOOLS / f"helm{major}"
        assert program.exists(), f"{program} is not there: run make chart-tools"
        return subprocess.run([program, *words], capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def render(helm: Helm) -> Render:
    """Render a configuration: `render("kind", major=3, settings=["a.b=c"])`."""

    @cache
    def rendered(configuration: str, major: int, settings: tuple[str, ...]) -> str:
        words = [word for setting in settings for word in ("--set", setting)]
        done = helm(major, "template", "m", CHART, "--namespace", NAMESPACE, *values_of(configuration), *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(configuration: str = "defaults", *, major: int = 4, settings: tuple[str, ...] = KEYS) -> list[Document]:
        documents = yaml.load_all(rendered(configuration, major, tuple(settings)), yaml.CSafeLoader)
        return [document for document in documents if document]

    return run


def values_of(configuration: str) -> list[str | Path]:
    """Return the options that choose a configuration."""
    return [] if configuration == "defaults" else ["--values", CHART / f"ci/{configuration}.yaml"]


@pytest.fixture(scope="session")
def chosen() -> Callable[[str], list[str | Path]]:
    """Return the options of Helm that choose a configuration."""
    return values_of


@pytest.fixture(scope="session")
def pods() -> Callable[[list[Document]], dict[str, Document]]:
    """Return the pod templates of a rendering, by kind and name of what makes them."""
    return lambda documents: dict(_pods(documents))


def _pods(documents: list[Document]) -> Iterator[tuple[str, Document]]:
    for document in documents:
        name = f"{document['kind']}/{document['metadata']['name']}"
        match document["kind"]:
            case "Pod":
                yield name, document
            case "CronJob":
                yield name, document["spec"]["jobTemplate"]["spec"]["template"]
            case "Job" | "StatefulSet" | "Deployment" | "DaemonSet" | "ReplicaSet":
                yield name, document["spec"]["template"]


@pytest.fixture(scope="session")
def find() -> Callable[[list[Document], str, str], Document]:
    """Return the one object of a kind whose name ends so."""

    def run(documents: list[Document], kind: str, name: str = "") -> Document:
        (found,) = [one for one in documents if one["kind"] == kind and one["metadata"]["name"].endswith(name)]
        return found

    return run
