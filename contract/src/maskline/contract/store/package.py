"""A store that comes with an installed Python package: files to read, under one URI on every machine that has it."""

# ruff: noqa: ARG002 - what a store can be asked is more than a package can do

from importlib.util import find_spec
from pathlib import Path

from maskline.contract.errors import AccessDenied, InvalidInput
from maskline.contract.store.directory import DirectoryStore


class PackageStore(DirectoryStore):
    """The files of an installed package, or of a folder in it.  Nothing can be written."""

    def __init__(self, place: str) -> None:
        """Find the package, which is not imported.

        place: `<package>[/folder]`.  Raises InvalidInput if no such package is installed.
        """
        package, _, folder = place.partition("/")
        super().__init__(_location(package) / folder)
        self._place = place

    @property
    def uri(self) -> str:
        """package://<place>: where the package lies on this machine does not show."""
        return f"package://{self._place}"

    def write(self, path: str, data: bytes) -> None:
        """Raise AccessDenied."""
        raise self._denied(path)

    def create(self, path: str, data: bytes) -> None:
        """Raise AccessDenied."""
        raise self._denied(path)

    def replace(self, path: str, data: bytes, version: str) -> None:
        """Raise AccessDenied."""
        raise self._denied(path)

    def delete(self, path: str) -> None:
        """Raise AccessDenied."""
        raise self._denied(path)

    def _denied(self, path: str) -> AccessDenied:
        return AccessDenied(f"{self.uri}/{path} belongs to an installed package: it can be read, not changed")


def _location(package: str) -> Path:
    try:
        spec = find_spec(package)
    except (ModuleNotFoundError, ValueError):  # a package around it is not there; the name is none
        spec = None
    if spec is None or not spec.origin or not spec.submodule_search_locations:
        raise InvalidInput(f"store 'package://{package}': no package of that name is installed here")
    return Path(spec.origin).parent
