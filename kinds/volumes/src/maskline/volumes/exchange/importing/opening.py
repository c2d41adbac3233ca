"""The files of a volume, opened: of volumes the headers, of lists all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from maskline.contract.errors import Corrupt, InvalidInput, NotFound
from maskline.volumes.exchange.config import VolumeImport
from maskline.volumes.exchange.importing.classes import read_classes
from maskline.volumes.exchange.importing.finding import Found, Place
from maskline.volumes.exchange.importing.names import Role
from maskline.volumes.exchange.importing.particles import balls_of
from maskline.volumes.formats.checked import Labels
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.opening import open_volume
from maskline.volumes.voxels import Voxels


@dataclass(frozen=True, slots=True)
class Parts:
    """A volume's files, opened.

    classes: the class of each instance; None: no file tells.
    """

    found: Found
    raw: Opened
    labels: Voxels | None = None
    mask: Voxels | None = None
    semantic: Voxels | None = None
    classes: Mapping[int, str] | None = None


def opened(found: Found, config: VolumeImport, problems: list[str], remarks: list[str]) -> Parts | None:
    """Open the files of a volume; None if its values cannot be read.  What is wrong, and what is odd, is added."""
    volumes = {
        role: volume
        for role, place in found.places.items()
        if role not in {"particles", "classes"} and (volume := _opened(place, role, problems))
    }
    raw = volumes.get("raw")
    if raw is None:
        return None
    remarks += [remark for volume in volumes.values() for remark in volume.remarks]
    shape = raw.voxels.shape
    problems += [
        f"{found.places[role]}: it has {volume.voxels.shape} voxels along z, y, x, and {found.places['raw']} {shape}"
        for role, volume in volumes.items()
        if volume.voxels.shape != shape
    ]
    labels, mask, semantic = (
        volumes[role].voxels if role in volumes else None for role in ("labels", "mask", "semantic")
    )
    classes: Mapping[int, str] | None = None
    try:
        if "particles" in found.places:
            _require_one(found)
            labels, classes = balls_of(found.places["particles"], raw, config)
        if "classes" in found.places:
            classes = read_classes(found.places["classes"].path)
    except InvalidInput as fault:
        problems += str(fault).splitlines()
    return Parts(found, raw, labels, mask, semantic, classes)


def _opened(place: Place, role: Role, problems: list[str]) -> Opened | None:
    try:
        opened = open_volume(*place)
        return replace(opened, voxels=Labels(opened.voxels, str(place))) if role == "labels" else opened
    except (Corrupt, InvalidInput, NotFound) as fault:
        problems += str(fault).splitlines()
        return None


def _require_one(found: Found) -> None:
    if "labels" in found.places:
        raise InvalidInput(
            f"{found.places['particles']}: volume {found.name} has labels, too, {found.places['labels']}: one is enough"
        )
