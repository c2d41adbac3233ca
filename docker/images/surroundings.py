"""Where a build gets what is not in the checkout."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from builder import Builder, BuildError, Recipe
from revision import Revision
from table import Image

LOCAL_BASE = "maskline/base:bookworm"
MACHINES_CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Surroundings:
    """Base image, indices and certificates; an empty one is the default of docker/Dockerfile or of its tools."""

    base_image: str
    package_index: str
    torch_index: str
    ca_bundle: Path | None

    def __post_init__(self) -> None:
        """Refuse a file that is not there and a password that images would tell.  Raises BuildError."""
        for url in (self.package_index, self.torch_index):
            if "@" in urlsplit(url).netloc:
                host = urlsplit(url).hostname
                raise BuildError(
                    f"the index on {host} has a user in its URL; `docker history` would show it to everyone"
                )
        if self.ca_bundle and not self.ca_bundle.is_file():
            raise BuildError(f"certificates are to come from {self.ca_bundle}, which is no file")

    @classmethod
    def of_environment(cls, environment: Mapping[str, str], builder: Builder) -> Self:
        """Return what the environment says, and the defaults where it says nothing.  Raises BuildError."""
        bundle = environment.get("CA_BUNDLE") or environment.get("SSL_CERT_FILE") or ""
        if not bundle and MACHINES_CA_BUNDLE.is_file():
            bundle = str(MACHINES_CA_BUNDLE)
        return cls(
            base_image=environment.get("BASE_IMAGE") or (LOCAL_BASE if builder.has(LOCAL_BASE) else ""),
            package_index=environment.get("PACKAGE_INDEX", ""),
            torch_index=environment.get("TORCH_INDEX", ""),
            ca_bundle=Path(bundle) if bundle else None,
        )

    def recipe(self, image: Image, target: str, revision: Revision) -> Recipe:
        """Return how a stage of docker/Dockerfile is built for an image."""
        arguments = {
            "BASE_IMAGE": self.base_image,
            "PACKAGE_INDEX": self.package_index,
            "TORCH_INDEX": self.torch_index,
            "PROCESSOR": image.processor,
            "IMAGE": image.name,
            "MEMBERS": " ".join(image.members),
            "DEBIAN_PACKAGES": " ".join(image.debian),
            "DESCRIBED": f"{image.title}:{revision.version}",
            "PACKAGE_KINDS": "python" if image.target == "store" else "python debian",
        }
        return Recipe(target, arguments, {"ca": self.ca_bundle} if self.ca_bundle else {})
