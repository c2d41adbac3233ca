"""RELION's STAR files, of 3.0 (one block) and from 3.1 on (a block of optics groups beside the particles)."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskline.volumes.formats.particles.particles import Particles
from maskline.volumes.formats.particles.table import ZYX, Table, rows_of

FIELD = re.compile(r"\"([^\"]*)\"|'([^']*)'|(\S+)")
GROUP = "rlnOpticsGroup"
PIXEL_SIZES = ("rlnMicrographOriginalPixelSize", "rlnTomoTiltSeriesPixelSize", "rlnImagePixelSize", "rlnPixelSize")
"""Angstroms, that of the coordinates before that of pictures that were cut out."""
SCORES = ("rlnAutopickFigureOfMerit", "rlnMaxValueProbDistribution")
TOMOGRAMS = ("rlnTomoName", "rlnMicrographName")


def read_star(path: str, text: str, problems: list[str]) -> Particles | None:
    """Read particles: a coordinate less its shift, which is in pixels (3.0) or angstroms (3.1)."""
    blocks = _blocks(path, text, problems)
    table = next((block for block in blocks.values() if "rlnCoordinateX" in block.columns), None)
    missing = [f"rlnCoordinate{axis.upper()}" for axis in ZYX]
    missing = [name for name in missing if table is None or name not in table.columns]
    if table is None or missing:
        problems.append(f"{path}: it has no column {', '.join(missing)}, in pixels of the tomogram")
        return None
    sizes = _pixel_sizes(table, blocks.get("optics"), problems)
    centres = np.stack([_along(axis.upper(), table, sizes, problems) for axis in ZYX], axis=1)
    score, tomogram = table.first_of(SCORES), table.first_of(TOMOGRAMS)
    known = set() if sizes is None else set(sizes.tolist())
    return Particles(
        centres,
        table.whole_numbers("rlnClassNumber", problems) if "rlnClassNumber" in table.columns else None,
        table.numbers(score, problems) if score else None,
        table.texts(tomogram) if tomogram else (),
        known.pop() if len(known) == 1 else None,
    )


def star_of(particles: Particles) -> str:
    """Return particles as RELION 3.1 reads them, without optics where no voxel size is known."""
    columns = [(f"rlnCoordinate{axis}", [repr(value) for value in particles.centres[:, place].tolist()])
               for axis, place in (("X", 2), ("Y", 1), ("Z", 0))]  # fmt: skip
    if particles.tomograms:
        columns.append((TOMOGRAMS[1], [_quoted(name) for name in particles.tomograms]))
    if particles.classes is not None:
        columns.append(("rlnClassNumber", [str(value) for value in particles.classes.tolist()]))
    if particles.scores is not None:
        columns.append((SCORES[0], [repr(value) for value in particles.scores.tolist()]))
    optics = ""
    if particles.voxel_size_a is not None:
        columns.append((GROUP, ["1"] * len(particles.centres)))
        size = repr(float(particles.voxel_size_a))
        optics = _loop("optics", [(GROUP, ["1"]), ("rlnOpticsGroupName", ["opticsGroup1"]), (PIXEL_SIZES[2], [size])])
    return optics + _loop("particles", columns)


def _blocks(path: str, text: str, problems: list[str]) -> dict[str, Table]:
    """Return the blocks of a file by name; one of single values is a table of one row."""
    blocks = dict[str, Table]()
    lines = [line.strip() for line in text.splitlines()]
    found = [(line[len("data_") :], number) for number, line in enumerate(lines) if line.startswith("data_")]
    for (name, start), (_, stop) in pairwise([*found, ("", len(lines))]):
        inside = [(number + 1, lines[number]) for number in range(start + 1, stop)]
        inside = [(number, line) for number, line in inside if line and not line.startswith("#")]
        named = [_fields(line) for _, line in inside if line.startswith("_")]
        columns = [fields[0][1:] for fields in named]
        if any(line == "loop_" for _, line in inside):
            rows = [(number, _fields(line)) for number, line in inside if line != "loop_" and not line.startswith("_")]
        else:
            rows = [(start + 1, [fields[1] if len(fields) > 1 else "" for fields in named])]
        blocks[name] = rows_of(path, columns, rows, problems)
    return blocks


def _fields(line: str) -> list[str]:
    return ["".join(found) for found in FIELD.findall(line)]


def _pixel_sizes(table: Table, optics: Table | None, problems: list[str]) -> NDArray[np.float64] | None:
    """Return the coordinates' pixel size of each particle in angstroms, (N,); None where none is told."""
    own = table.first_of(PIXEL_SIZES)
    if own:
        return table.numbers(own, problems)
    if {"rlnDetectorPixelSize", "rlnMagnification"} <= set(table.columns):  # micrometres on the detector
        magnified = table.numbers("rlnMagnification", problems)
        detector = table.numbers("rlnDetectorPixelSize", problems) * 1e4
        return np.divide(detector, magnified, out=np.zeros_like(detector), where=magnified > 0)
    named = optics.first_of(PIXEL_SIZES) if optics else None
    if optics is None or named is None or GROUP not in table.columns or GROUP not in optics.columns:
        return None
    of_group = dict(zip(optics.texts(GROUP), optics.numbers(named, problems), strict=True))
    groups = table.texts(GROUP)
    unknown = {group: line for group, line in zip(groups, table.lines, strict=True) if group not in of_group}
    told = f"is no {GROUP} of data_optics"
    problems += [f"{table.path}, line {line}: {group} {told}" for group, line in unknown.items()]
    return np.array([of_group.get(group, 1.0) for group in groups])


def _along(axis: str, table: Table, sizes: NDArray[np.float64] | None, problems: list[str]) -> NDArray[np.float64]:
    """Return centres along an axis, in pixels."""
    values = table.numbers(f"rlnCoordinate{axis}", problems)
    pixels, lengths = f"rlnOrigin{axis}", f"rlnOrigin{axis}Angst"
    if lengths in table.columns:
        shifts = table.numbers(lengths, problems)
        if not shifts.any():
            return values
        if sizes is None or not (sizes > 0).all():
            problems.append(f"{table.path}: {lengths} is in angstroms, but no pixel size is told: add {PIXEL_SIZES[2]}")
            return values
        return values - shifts / sizes
    return values - table.numbers(pixels, problems) if pixels in table.columns else values


def _loop(name: str, columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    head = "".join(f"_{column} #{number}\n" for number, (column, _) in enumerate(columns, 1))
    rows = "".join(" ".join(row) + "\n" for row in zip(*(values for _, values in columns), strict=True))
    return f"data_{name}\n\nloop_\n{head}{rows}\n"


def _quoted(text: str) -> str:
    return f'"{text}"' if not text or " " in text or "'" in text else text
