"""Particles as .csv with a line of names, and Dynamo's tables, which have none."""

import csv
import io
from collections.abc import Sequence

import numpy as np

from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.particles.table import ZYX, Table, rows_of

NAMES = {
    "z": ("z", "centroid-0", "rlncoordinatez", "coordinate_z", "center_z"),
    "y": ("y", "centroid-1", "rlncoordinatey", "coordinate_y", "center_y"),
    "x": ("x", "centroid-2", "rlncoordinatex", "coordinate_x", "center_x"),
    "class": ("class", "class_id", "rlnclassnumber"),
    "score": ("score", "cc", "ccc", "rlnautopickfigureofmerit"),
    "tomogram": ("tomogram", "tomo", "tomo_id", "rlntomoname", "rlnmicrographname"),
}
"""What columns are called, in small letters; centroid-0, -1, -2 are scikit-image's and so CryoSiam's."""
DYNAMO = {"dx": 3, "dy": 4, "dz": 5, "cc": 9, "tomo": 19, "class": 21, "x": 23, "y": 24, "z": 25}
"""Dynamo's columns, from 0."""


def read_sheet(path: str, text: str, problems: list[str]) -> Particles | None:
    """Read a .csv, with commas, semicolons or tabs between its fields."""
    lines = text.splitlines()
    between = max(",;\t", key=lines[0].count) if lines else ","
    rows = [(number, row) for number, row in enumerate(csv.reader(lines, delimiter=between), 1) if row]
    if not rows:
        problems.append(f"{path}: it is empty, it must begin with the names of its columns")
        return None
    table = rows_of(path, [name.strip().lower() for name in rows[0][1]], rows[1:], problems)
    axes = [table.first_of(NAMES[axis]) for axis in ZYX]
    if None in axes:
        told = ", ".join(table.columns)
        problems.append(f"{path}: it has the columns {told}, three must be called z, y, x or centroid-0, -1, -2")
        return None
    return particles_of(table, [name for name in axes if name], problems)


def read_dynamo(path: str, text: str, problems: list[str]) -> Particles:
    """Read a table of Dynamo's (.tbl): a position and the shift from it."""
    wanted = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    least = max(DYNAMO.values()) + 1
    problems += [
        f"{path}, line {number}: it has {len(row)} columns, Dynamo's tables have at least {least}"
        for number, row in wanted
        if len(row) < least
    ]
    rows = [(number, [row[place] for place in DYNAMO.values()]) for number, row in wanted if len(row) >= least]
    table = rows_of(path, list(DYNAMO), rows, problems)
    found = particles_of(table, ZYX, problems)
    shifts = np.stack([table.numbers(f"d{axis}", problems) for axis in ZYX], axis=1)
    return Particles(found.centres + shifts, found.classes, found.scores, found.tomograms)


def sheet_of(particles: Particles) -> str:
    """Return particles as .csv: x, y, z and what else is known."""
    z, y, x = particles.centres.T.tolist()
    columns: dict[str, Sequence[object]] = {"x": x, "y": y, "z": z}
    if particles.classes is not None:
        columns["class"] = particles.classes.tolist()
    if particles.scores is not None:
        columns["score"] = particles.scores.tolist()
    if particles.tomograms:
        columns["tomogram"] = particles.tomograms
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return file.getvalue()


def particles_of(table: Table, axes: Sequence[str], problems: list[str]) -> Particles:
    """Return the particles in a table.  axes: the columns that hold z, y and x."""
    centres = np.stack([table.numbers(name, problems) for name in axes], axis=1)
    kind, score, tomogram = (table.first_of(NAMES[name]) for name in ("class", "score", "tomogram"))
    return Particles(
        centres,
        table.whole_numbers(kind, problems) if kind else None,
        table.numbers(score, problems) if score else None,
        table.texts(tomogram) if tomogram else (),
    )
