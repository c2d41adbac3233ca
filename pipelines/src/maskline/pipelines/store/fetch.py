"""A sealed artifact as a folder on this machine, for tools that read files."""

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from maskline.contract.artifact import Artifact
from maskline.contract.errors import Corrupt, InvalidInput


def fetch(artifact: Artifact, folder: Path) -> None:
    """Copy every file to `folder`, which comes into being whole or not at all.

    Raises InvalidInput if it is there already, Corrupt if a file is not what the manifest says, or would lie elsewhere.
    """
    if folder.exists():
        raise InvalidInput(f"{folder} is there already; name another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".maskline-fetch-", dir=folder.parent) as beside:
        whole = Path(beside) / "whole"
        for name in artifact.manifest.files:
            parts = PurePosixPath(name).parts
            if not parts or parts[0] == "/" or ".." in parts:
                raise Corrupt(f"{artifact.uri} lists a file '{name}', which is no place inside it")
            path = whole.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.read(name))
        whole.rename(folder)
