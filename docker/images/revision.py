"""Which state of the sources an image is built from: the version, git's revision, the time of that commit."""

import subprocess
from dataclasses import dataclass
from typing import Self

from table import ROOT, project


@dataclass(frozen=True)
class Revision:
    """A state of the sources, as tags and labels name it.

    version    the members' version
    revision   git's, 12 digits, with `-dirty` if files differ from it; empty outside a checkout
    created    the commit's time, ISO 8601; empty if files differ from it
    source     where the sources are published, if the checkout came from a public address
    """

    version: str
    revision: str
    created: str
    source: str

    @classmethod
    def of_checkout(cls) -> Self:
        """Return the state that the checkout is in."""
        changed = bool(_git("status", "--porcelain"))
        revision = _git("rev-parse", "--short=12", "HEAD")
        origin = _git("config", "--get", "remote.origin.url")
        return cls(
            version=str(project(ROOT / "pipelines")["version"]),
            revision=f"{revision}-dirty" if revision and changed else revision,
            created="" if changed else _git("log", "-1", "--format=%cI"),
            source=origin if origin.startswith("https://") and "@" not in origin else "",
        )

    @property
    def tags(self) -> list[str]:
        """The tags of an image of this state: the version and, in a checkout, the revision."""
        return [tag for tag in (self.version, self.revision) if tag]

    @property
    def labels(self) -> dict[str, str]:
        """The labels of an image of this state, as the Open Container Initiative names them; none is empty."""
        labels = {
            "version": self.version,
            "revision": self.revision,
            "created": self.created,
            "source": self.source,
            "licenses": str(project(ROOT / "pipelines")["license"]),
        }
        return {f"org.opencontainers.image.{key}": value for key, value in labels.items() if value}


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
