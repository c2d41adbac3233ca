"""Points as text (.coords, IMOD's model2point): x y z, with object and contour before them or not."""

from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.particles.sheet import particles_of
from maskline.volumes.formats.particles.table import ZYX, rows_of

COLUMNS = {3: ("x", "y", "z"), 4: ("contour", "x", "y", "z"), 5: ("class", "contour", "x", "y", "z")}
"""By how many a line has; an object is a class."""


def read_points(path: str, text: str, problems: list[str]) -> Particles | None:
    """Read lines of numbers; what stands behind # is passed over."""
    lines = [line.partition("#")[0].replace(",", " ").split() for line in text.splitlines()]
    rows = [(number, fields) for number, fields in enumerate(lines, 1) if fields]
    width = len(rows[0][1]) if rows else 0
    if width not in COLUMNS:
        expected = "x y z, with contour or object and contour before them or not"
        problems.append(f"{path}: its first line has {width} fields, it must have {expected}")
        return None
    return particles_of(rows_of(path, COLUMNS[width], rows, problems), ZYX, problems)
