"""A list of particles as labels: a ball around each centre."""

from collections.abc import Mapping

import numpy as np

from maskline.contract.errors import InvalidInput
from maskline.volumes.exchange.config import VolumeImport
from maskline.volumes.exchange.importing.finding import Place
from maskline.volumes.formats.opened import Opened
from maskline.volumes.formats.particles.balls import Balls
from maskline.volumes.formats.particles.files import read_particles


def balls_of(place: Place, raw: Opened, config: VolumeImport) -> tuple[Balls, Mapping[int, str] | None]:
    """Return labels drawn from a list, and each instance's class where classes are asked for and told.

    raw: the volume that the particles lie in; a list that counts in other voxels is scaled to its.
    Raises InvalidInput with all that is wrong, a line each.
    """
    particles = read_particles(place.path)
    if not config.radius_voxels:
        raise InvalidInput(f"{place}: a list of particles needs their radius: --set radius_voxels=NUMBER")
    centres = particles.centres
    if particles.voxel_size_a and raw.voxel_size_a:
        centres = centres * (particles.voxel_size_a / np.array(raw.voxel_size_a))
    outside = np.flatnonzero(((centres < -0.5) | (centres > np.array(raw.voxels.shape) - 0.5)).any(1))
    if outside.size:
        z, y, x = (f"{at:.6g}" for at in centres[outside[0]])
        raise InvalidInput(
            f"{place}: {outside.size} of {len(centres)} particles lie outside of the volume of {raw.voxels.shape} "
            f"voxels along z, y, x: the first, number {outside[0] + 1}, at z {z}, y {y}, x {x}"
        )
    classes = None
    if config.categories and particles.classes is not None:
        classes = {number: f"class-{own}" for number, own in enumerate(particles.classes.tolist(), 1)}
    return Balls(centres, config.radius_voxels, raw.voxels.shape), classes
