"""The table of images, docker/images.toml, and what the workspace's members say about themselves."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEMBER = re.compile(r"maskline-[a-z]+")


@dataclass(frozen=True)
class Image:
    """One row of the table; the comments there say what each field means."""

    name: str
    description: str
    install: Sequence[str]
    budget_mb: int
    forms: Sequence[str] = ()
    without: Sequence[str] = ()
    debian: Sequence[str] = ()
    processor: str = "cpu"
    target: str = "image"

    @property
    def title(self) -> str:
        """Its name in an engine or registry, without a tag."""
        return f"maskline/{self.name}"

    @property
    def labels(self) -> dict[str, str]:
        """Its labels that no revision changes, as the Open Container Initiative names them."""
        return {"org.opencontainers.image.title": self.title, "org.opencontainers.image.description": self.description}

    @property
    def members(self) -> list[str]:
        """The members it installs, by their folders: those of the row, and those that they need in turn."""
        found: dict[str, None] = {}
        waiting = [each.partition("[")[0].removeprefix("./") for each in self.install if each.startswith("./")]
        while waiting:
            folder = waiting.pop()
            if folder not in found:
                found[folder] = None
                waiting += siblings(folder)
        return sorted({*found, *(each.removeprefix("./") for each in self.forms)})


def read_table() -> dict[str, Image]:
    """Return every image by its name, in the order of the table."""
    rows = tomllib.loads((ROOT / "docker/images.toml").read_text(encoding="utf-8"))
    return {name: Image(name=name, **row) for name, row in rows.items()}


@cache
def members() -> dict[str, str]:
    """Return the folder of every member of the workspace by its name."""
    globs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]["workspace"]["members"]
    folders = [path for pattern in globs for path in sorted(ROOT.glob(pattern)) if path.is_dir()]
    return {str(project(path)["name"]): path.relative_to(ROOT).as_posix() for path in folders}


def siblings(folder: str) -> list[str]:
    """Return the folders of the members that the one in `folder` needs."""
    found = [MEMBER.match(requirement) for requirement in project(ROOT / folder)["dependencies"]]
    return [members()[match[0]] for match in found if match]


def project(folder: Path) -> dict[str, Any]:
    """Return the [project] table of a member."""
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found
