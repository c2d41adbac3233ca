"""Any file as sketches: its suffix says which formats it may be of, its content which one it is of."""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from maskline.strokes.classes import PART
from maskline.strokes.formats import cavt, cvat, instancesketch
from maskline.strokes.formats.file import File, fit, parsed
from maskline.strokes.formats.finding import SPLITS
from maskline.strokes.formats.lines import reading as lines
from maskline.strokes.formats.svg import reading as svg
from maskline.strokes.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds.

    problems: what is wrong with it, one line each; if there are any, its sketches are not to be used.  remarks: what
    is odd. splits: of a file that holds no sketch, but InstanceSketch's list of those of each split: split -> paths,
    or {file_name, class, id}.
    """

    sketches: Sequence[Sketch]
    problems: Sequence[str] = ()
    remarks: Sequence[str] = ()
    splits: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def read(file: File) -> Reading:
    """Read a file whose suffix is one of `finding.SUFFIXES`."""
    problems, remarks, splits = list[str](), list[str](), dict[str, Any]()
    lower = file.path.lower()
    if lower.endswith(".svg"):
        sketches = svg.read(file, problems, remarks)
    elif lower.endswith(".xml"):
        sketches = cvat.read(file, problems, remarks)
    elif lower.endswith(".json"):
        sketches = _read_json(file, splits, problems, remarks)
    else:
        sketches = _read_lines(file, problems, remarks)
    problems += _faults(file, sketches)
    # Ids that files tell are names of files later on.
    return Reading([replace(one, name=fit(one.name)) for one in sketches], problems, remarks, splits)


def _read_json(file: File, splits: dict[str, Any], problems: list[str], remarks: list[str]) -> list[Sketch]:
    document = parsed(file.data, file.path, problems)
    if document is None:
        return []
    if instancesketch.is_one(document):
        return instancesketch.read(file, document, problems, remarks)
    if cavt.is_one(document):
        return cavt.read(file, document, problems)
    if document and all(name in SPLITS and isinstance(listed, list) for name, listed in document.items()):
        splits |= {SPLITS[name]: listed for name, listed in document.items()}
    else:
        problems.append(f"{file.path}: it is no sketch: it has neither lines (InstanceSketch) nor scene_strokes (CAVT)")
    return []


def _read_lines(file: File, problems: list[str], remarks: list[str]) -> list[Sketch]:
    if not file.path.lower().endswith(".gz"):
        return lines.read(file, problems, remarks)
    try:
        return lines.read(replace(file, data=gzip.decompress(file.data)), problems, remarks)
    except (OSError, EOFError, zlib.error) as fault:
        problems.append(f"{file.path}: it cannot be unpacked: {fault}")
        return []


def _faults(file: File, sketches: Sequence[Sketch]) -> list[str]:
    """Tell of classes that cannot be named as classes are here."""
    names = {thing.category for sketch in sketches for thing in sketch.things}
    return [
        f"{file.path}: class '{name}': it must have a name without {PART}"
        for name in sorted(names)
        if not name or PART in name
    ]
