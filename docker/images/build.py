"""Build the images: `python docker/images/build.py [NAME...]`, all of them without a name.

Each is tagged with the version and with git's revision, and an SBOM is written beside it: build/sbom/<image>-<version>.
Ends with a table of sizes and seconds, and with exit code 1 if an image is larger than docker/images.toml allows.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from builder import Builder, BuildError, Recipe
from revision import Revision
from table import ROOT, Image, read_table

SBOMS = ROOT / "build/sbom"
LOCAL_BASE = "maskline/base:bookworm"
SYSTEM_CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Surroundings:
    """Where a build gets what is not in the checkout; empty: the default of docker/Dockerfile or of the tools."""

    base_image: str
    package_index: str
    torch_index: str
    ca_bundle: Path | None

    def __post_init__(self) -> None:
        """Refuse what would end up readable in the image, or is not there.  Raises BuildError."""
        for url in (self.package_index, self.torch_index):
            if urlsplit(url).username:
                raise BuildError(
                    f"the index on {urlsplit(url).hostname} has a user in its URL: every image would tell it"
                )
        if self.ca_bundle and not self.ca_bundle.is_file():
            raise BuildError(f"CA_BUNDLE={self.ca_bundle}: there is no such file")

    def recipe(self, image: Image, target: str, version: str) -> Recipe:
        """Return how a stage of docker/Dockerfile is built for an image."""
        arguments = {
            "BASE_IMAGE": self.base_image,
            "PACKAGE_INDEX": self.package_index,
            "TORCH_INDEX": self.torch_index,
            "PROCESSOR": image.processor,
            "IMAGE": image.name,
            "MEMBERS": " ".join(image.members),
            "DEBIAN_PACKAGES": " ".join(image.debian),
            "DESCRIBED": f"{image.title}:{version}" if target == "sbom" else "",
        }
        return Recipe(target, arguments, {"ca": self.ca_bundle} if self.ca_bundle else {})


@dataclass(frozen=True)
class Built:
    """An image that has been built."""

    image: Image
    megabytes: float
    seconds: float

    @property
    def too_large(self) -> bool:
        """Whether it is over its budget."""
        return self.megabytes > self.image.budget_mb


def build(image: Image, builder: Builder, surroundings: Surroundings, revision: Revision) -> Built:
    """Build an image and its SBOM.  Raises BuildError."""
    tags = [f"{image.title}:{tag}" for tag in revision.tags]
    started = time.monotonic()
    builder.image(surroundings.recipe(image, image.target, revision.version), tags, image.labels | revision.labels)
    seconds = time.monotonic() - started
    with tempfile.TemporaryDirectory() as folder:
        builder.files(surroundings.recipe(image, "sbom", revision.version), Path(folder))
        SBOMS.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder) / "sbom.json", SBOMS / f"{image.name}-{revision.version}.cdx.json")
    return Built(image, builder.size(tags[0]) / 1e6, seconds)


def report(built: Sequence[Built], revision: Revision) -> Iterator[str]:
    """Yield the lines of the closing table."""
    yield f"{'image':<20}{'MB':>8}{'budget':>8}{'seconds':>9}"
    for each in built:
        yield f"{each.image.title:<20}{each.megabytes:>8.0f}{each.image.budget_mb:>8}{each.seconds:>9.1f}"
    yield f"tags: {', '.join(revision.tags)}"


def chosen(names: Sequence[str]) -> list[Image]:
    """Return the images of those names, or all.  Raises BuildError if there is none of a name."""
    table = read_table()
    for name in names:
        if name not in table:
            raise BuildError(f"there is no image '{name}'; docker/images.toml has {', '.join(table)}")
    return [table[name] for name in names or table]


def surroundings(builder: Builder) -> Surroundings:
    """Return what the environment, and so make's command line, says; print what is used."""
    base = os.environ.get("BASE_IMAGE", "") or (LOCAL_BASE if builder.has(LOCAL_BASE) else "")
    given = os.environ.get("CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    bundle = Path(given) if given else SYSTEM_CA_BUNDLE if SYSTEM_CA_BUNDLE.is_file() else None
    found = Surroundings(base, os.environ.get("PACKAGE_INDEX", ""), os.environ.get("TORCH_INDEX", ""), bundle)
    print(
        f"builder: {builder.engine} {builder.build[0]}",
        f"base image: {base or 'the default of docker/Dockerfile'}",
        f"certificates: {bundle or 'none of this machine'}",
        sep="\n",
    )
    return found


def main(names: Sequence[str]) -> int:
    """Build the named images and return the exit code."""
    try:
        images, builder, revision = chosen(names), Builder.find(), Revision.of_checkout()
        around = surroundings(builder)
        built = [build(image, builder, around, revision) for image in images]
    except BuildError as fault:
        print(f"build-images: {fault}", file=sys.stderr)
        return 1
    print(*report(built, revision), sep="\n")
    for each in built:
        if each.too_large:
            print(
                f"build-images: {each.image.title} has {each.megabytes:.0f} MB, its budget is {each.image.budget_mb} MB",
                file=sys.stderr,
            )
    return int(any(each.too_large for each in built))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
