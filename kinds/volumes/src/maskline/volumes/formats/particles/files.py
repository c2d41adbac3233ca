"""Lists of particles, read from and written to files: the suffix says of which format."""

from pathlib import Path

from maskline.contract.errors import InvalidInput, NotFound
from maskline.volumes.formats.partial import whole_or_none
from maskline.volumes.formats.particles.motive import read_motive
from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.particles.points import read_points
from maskline.volumes.formats.particles.sheet import read_dynamo, read_sheet, sheet_of
from maskline.volumes.formats.particles.star import read_star, star_of

READERS = {
    ".star": read_star,
    ".csv": read_sheet,
    ".tbl": read_dynamo,
    ".coords": read_points,
    ".txt": read_points,
    ".pts": read_points,
}
WRITERS = {".star": star_of, ".csv": sheet_of}
MOTIVE = ".em"


def read_particles(path: Path) -> Particles:
    """Read a list of particles.  Raises NotFound, and InvalidInput with all that is wrong, a line each."""
    suffix = path.suffix.lower()
    if suffix not in {*READERS, MOTIVE}:
        raise InvalidInput(f"{path}: a list of particles is read from {', '.join([*READERS, MOTIVE])}")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist") from None
    problems = list[str]()
    if suffix == MOTIVE:
        found = read_motive(str(path), data, problems)
    else:
        found = READERS[suffix](str(path), _text(path, data), problems)
    if problems or found is None:
        raise InvalidInput("\n".join(problems))
    return found


def write_particles(path: Path, particles: Particles) -> None:
    """Write a list of particles, whole or not at all.  Raises InvalidInput for an unknown suffix."""
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise InvalidInput(f"{path}: a list of particles is written to {', '.join(WRITERS)}")
    with whole_or_none(path) as partial:
        partial.write_text(WRITERS[suffix](particles), encoding="utf-8")


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InvalidInput(f"{path}: it is no text: {fault}") from None
