"""The program that builds: docker with buildx, or a docker that has BuildKit in it."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from table import ROOT

ENGINES = ("docker", "/usr/bin/docker")  # a second installation may hide behind the first; DOCKER names one
NO_ENGINE = "no Docker engine answers: install docker and start it, or ask for the right to use its socket"
NO_BUILDKIT = "no docker here has BuildKit: install docker's plugin buildx (the package docker-buildx-plugin)"


class BuildError(Exception):
    """No image can be built, or this one cannot; the message is for the user."""


@dataclass(frozen=True)
class Recipe:
    """What one build of docker/Dockerfile is given."""

    target: str
    arguments: Mapping[str, str]
    secrets: Mapping[str, Path]

    def words(self) -> list[str]:
        """Return it as options of `docker build`; an empty argument is none."""
        words = ["--file", "docker/Dockerfile", "--target", self.target]
        for name, value in self.arguments.items():
            words += ["--build-arg", f"{name}={value}"] if value else []
        for name, path in self.secrets.items():
            words += ["--secret", f"id={name},src={path}"]
        return words


@dataclass(frozen=True)
class Builder:
    """How docker is called, its words for building, and the folder with the sources."""

    engine: str
    build: tuple[str, ...]
    load: tuple[str, ...] = ()
    sources: Path = ROOT

    @classmethod
    def find(cls) -> Self:
        """Return the first that works: buildx, then BuildKit within docker.  Raises BuildError if there is none."""
        engines = [os.environ["DOCKER"]] if os.environ.get("DOCKER") else ENGINES
        answering = [engine for engine in engines if _answer(engine, "version")]
        if not answering:
            raise BuildError(NO_ENGINE)
        for engine in answering:
            if _answer(engine, "buildx", "version"):
                return cls(engine, ("buildx", "build"), ("--load",))
        for engine in answering:
            if "--secret" in _answer(engine, "build", "--help"):
                return cls(engine, ("build",))
        raise BuildError(NO_BUILDKIT)

    def image(self, recipe: Recipe, tags: Sequence[str], labels: Mapping[str, str]) -> None:
        """Build an image and give it its names.  Raises BuildError."""
        words = [word for tag in tags for word in ("--tag", tag)]
        words += [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
        self._run([*self.load, *words], recipe, tags[0])

    def files(self, recipe: Recipe, folder: Path) -> None:
        """Build a stage and write its files into `folder`.  Raises BuildError."""
        self._run(["--output", f"type=local,dest={folder}"], recipe, f"the stage {recipe.target}")

    def size(self, image: str) -> int:
        """Return the bytes of an image."""
        return int(_answer(self.engine, "image", "inspect", "--format", "{{.Size}}", image))

    def has(self, image: str) -> bool:
        """Return whether the engine holds an image of that name."""
        return bool(_answer(self.engine, "image", "inspect", "--format", "{{.Id}}", image))

    def _run(self, words: Sequence[str], recipe: Recipe, what: str) -> None:
        command = [self.engine, *self.build, *words, *recipe.words(), "."]
        if subprocess.run(command, cwd=self.sources, env=_environment(), check=False).returncode != 0:
            raise BuildError(f"{what} was not built; the builder says above why")


def _answer(engine: str, *arguments: str) -> str:
    """Return what docker prints, or nothing if it fails."""
    try:
        done = subprocess.run([engine, *arguments], env=_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _environment() -> dict[str, str]:
    return os.environ | {"DOCKER_BUILDKIT": "1"}
