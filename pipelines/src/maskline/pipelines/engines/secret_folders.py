"""A secret's files on this machine: in a folder that its user alone may enter, for as long as a container lives."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from maskline.pipelines.engines.reaper import Reaper


@contextlib.contextmanager
def secret_folders(secrets: Mapping[str, Mapping[str, str]], reaper: Reaper) -> Iterator[dict[str, Path]]:
    """Write secrets' files until the block ends; yield mount path -> folder.

    Whoever is let into a folder, by mounting it, may read it, whichever user that is; the folder around it lets nobody
    in but this user.  The reaper erases it should this process be killed.
    """
    if not secrets:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="maskline-secrets-") as private:  # mode 700
        reaper.erase(private)
        folders = {path: Path(private) / str(number) for number, path in enumerate(secrets)}
        for path, files in secrets.items():
            folders[path].mkdir()
            for name, content in files.items():
                (folders[path] / name).write_text(content, "utf-8")
                (folders[path] / name).chmod(0o444)
            folders[path].chmod(0o755)
        yield folders
