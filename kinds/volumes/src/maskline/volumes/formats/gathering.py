"""Several files, read to their ends, with all that is wrong with them in one list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.volumes.formats.checked import Labels
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.formats.slabs import slabs


class Place(NamedTuple):
    """Where a volume is: a file, and the dataset in it, if it holds several."""

    path: Path
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What files hold.  problems: one line each; if there are any, nothing is to be used.  remarks: what is odd."""

    opened: dict[Place, Opened] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def gather(places: Iterable[Place], labels: Collection[Place] = ()) -> Gathered:
    """Open volumes and read each to its end, slab by slab: the first fault of each is told.

    labels: which of them hold ids, and are read as such.
    """
    gathered = Gathered()
    for place in places:
        try:
            opened = _read(place, is_labels=place in labels)
        except (Corrupt, InvalidInput, NotFound) as fault:
            gathered.problems.extend(str(fault).splitlines())
        else:
            gathered.opened[place] = opened
            gathered.remarks.extend(opened.remarks)
    return gathered


def _read(place: Place, *, is_labels: bool) -> Opened:
    opened = open_volume(*place)
    if is_labels:
        name = f"{place.path}, dataset {place.dataset}" if place.dataset else str(place.path)
        labels = Labels(opened.voxels, name)
        opened = Opened(labels, opened.voxel_size_a, opened.origin_a, opened.remarks)
    for box in slabs(opened.voxels.shape):
        opened.voxels.read(box)
    return opened
