"""Where CryoSiam has the tomograms, and the files that belong to each."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from maskline.contract.errors import InvalidInput
from maskline.volumes.cryosiam.config import CryoSiam

MAPS = "_preds.h5"
"""Behind a tomogram's name: what networks say of its voxels, instances' as well as masks and semantic labels."""
INSTANCES = "_instance_preds.h5"
REGIONS = "_instance_regions.csv"


class Tomogram(NamedTuple):
    """A file of values.  name: its own without the extension, which all that belongs to it begins with."""

    path: Path
    name: str

    def beside(self, folder: Path | str, ending: str) -> Path:
        """Return the file of a folder that belongs to it."""
        return Path(folder) / f"{self.name}{ending}"


def tomograms(config: CryoSiam, filename: str = "") -> list[Tomogram]:
    """Return the tomograms that are meant, by name: the one that is named, those of the configuration, or all.

    Raises InvalidInput where there are none, naming all that are missing, and for two of one name.
    """
    folder, ending = config.data_folder, config.file_extension
    if filename:
        paths = [folder / filename]
    elif config.test_files is not None:
        paths = [folder / name for name in config.test_files]
    else:
        if not folder.is_dir():
            raise InvalidInput(f"data_folder {folder} is no folder")
        paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(ending))
    if not paths:
        raise InvalidInput(
            f"there are no tomograms: test_files names none, or {folder} has no files that end in {ending}"
        )
    require_there(paths)
    found = [Tomogram(path, path.name.removesuffix(ending)) for path in paths]
    names = [one.name for one in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidInput(f"several tomograms are called {', '.join(twice)}: what is found in them would be, too")
    return found


def require_there(paths: Iterable[Path]) -> None:
    """Raise InvalidInput that names every file that is not there."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise InvalidInput(f"not there: {', '.join(missing)}")
