"""Points as text (.coords, IMOD's model2point): x y z, with object and contour before them or not."""

from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.particles.sheet import read_sheet

COLUMNS = {3: "x,y,z", 4: "contour,x,y,z", 5: "class,contour,x,y,z"}
"""By how many a line has; an object is a class."""


def read_points(path: str, text: str, problems: list[str]) -> Particles | None:
    """Read lines of numbers; those that begin with # are passed over."""
    kept = [line.partition("#")[0].replace(",", " ").split() for line in text.splitlines()]
    width = len(next(filter(None, kept), []))
    if width not in COLUMNS:
        problems.append(
            f"{path}: its first line has {width} fields: not x y z, nor contour or object and contour before"
        )
        return None
    return read_sheet(path, "\n".join([COLUMNS[width], *(",".join(fields) for fields in kept)]), problems)
