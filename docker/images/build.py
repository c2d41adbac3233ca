"""Build the images: `make build-images`, or `python docker/images/build.py [NAME...]`; without a name, all of them.

Each is tagged with the version and with git's revision, and its contents are listed beside it, as CycloneDX, in
build/sbom/<name>-<version>.cdx.json.  Ends with a table of sizes and seconds; the exit code is 1 if something was not
built, or is larger than docker/images.toml allows.

Variables of the environment, so of make's command line:

    BASE_IMAGE      what every image stands on; default: maskline/base:bookworm if `make base-image` has made it, else
                    the one that docker/Dockerfile names
    PACKAGE_INDEX   where Python's packages come from
    TORCH_INDEX     where torch and torchvision come from instead, in the locked versions; no CUDA comes with them
    CA_BUNDLE       certificates to trust while building, in no image; default: SSL_CERT_FILE, else the machine's
    DOCKER          which docker; default: the first on PATH or in /usr/bin that can build
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from builder import Builder, BuildError
from revision import Revision
from surroundings import Surroundings
from table import ROOT, Image, read_table

SBOMS = ROOT / "build/sbom"


@dataclass(frozen=True)
class Built:
    """An image that has been built."""

    image: Image
    megabytes: float
    seconds: float


def build(image: Image, builder: Builder, surroundings: Surroundings, revision: Revision) -> Built:
    """Build an image and list its contents.  Raises BuildError."""
    tags = [f"{image.title}:{tag}" for tag in revision.tags]
    started = time.monotonic()
    builder.image(surroundings.recipe(image, image.target, revision), tags, image.labels | revision.labels)
    seconds = time.monotonic() - started
    with tempfile.TemporaryDirectory() as folder:
        builder.files(surroundings.recipe(image, "sbom", revision), Path(folder))
        SBOMS.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder) / "sbom.json", SBOMS / f"{image.name}-{revision.version}.cdx.json")
    return Built(image, builder.size(tags[0]) / 1e6, seconds)


def chosen(names: Sequence[str]) -> list[Image]:
    """Return the images of those names, or all.  Raises BuildError if there is none of a name."""
    table = read_table()
    for name in names:
        if name not in table:
            raise BuildError(f"there is no image '{name}'; docker/images.toml has {', '.join(table)}")
    return [table[name] for name in names or table]


def show(built: Sequence[Built]) -> None:
    """Print sizes and seconds."""
    print(f"\n{'image':<20}{'MB':>8}{'budget':>8}{'seconds':>9}")
    for each in built:
        print(f"{each.image.title:<20}{each.megabytes:>8.0f}{each.image.budget_mb:>8}{each.seconds:>9.1f}")


def main(names: Sequence[str]) -> None:
    """Build the named images.  Raises BuildError if one cannot be built or is over its budget."""
    images, builder, revision = chosen(names), Builder.find(), Revision.of_checkout()
    surroundings = Surroundings.of_environment(os.environ, builder)
    print(f"builder       {builder.engine} {' '.join(builder.build)}")
    print(f"base image    {surroundings.base_image or 'the one docker/Dockerfile names'}")
    print(f"certificates  {surroundings.ca_bundle or 'those of the base image'}")
    print(f"tags          {', '.join(revision.tags)}", flush=True)
    built = [build(image, builder, surroundings, revision) for image in images]
    show(built)
    fat = [each for each in built if each.megabytes > each.image.budget_mb]
    if fat:
        sizes = (
            f"{each.image.title} has {each.megabytes:.0f} MB, its budget is {each.image.budget_mb}" for each in fat
        )
        raise BuildError("; ".join(sizes))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BuildError as fault:
        sys.exit(f"build-images: {fault}")
