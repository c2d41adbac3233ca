"""The complexes that a drawing is of, as densities."""

from maskline.contract.errors import InvalidInput
from maskline.tomograms.complexes.atoms import atoms, blurred
from maskline.tomograms.complexes.density import Density
from maskline.tomograms.complexes.files import map_files, structure
from maskline.tomograms.complexes.maps import mapped
from maskline.tomograms.complexes.solids import solid
from maskline.tomograms.options import DrawingOptions
from maskline.tomograms.specimen.specimen import Kind

MOST_COMPLEXES = 5000
"""Of one volume: ids leave room for 9,999."""


def kinds(options: DrawingOptions) -> tuple[Kind, ...]:
    """Return them, families first; files that the options name are read.  Raises NotFound, InvalidInput."""
    size, found = options.voxel_size_a, []
    for name, weight in options.drawn.items():
        found.append(_kind(solid(options.family(name), size), weight, options))
    for uri in options.structures:
        name = uri.rpartition("/")[2].partition(".")[0]
        density = blurred(name, atoms(structure(uri), uri), options.resolution_a, size)
        found.append(_kind(density, 1, options))
    if options.densities:
        found += [_kind(mapped(name, data), 1, options) for name, data in map_files(options.densities).items()]
    most = options.specimen.occupancy[1] * options.depth * options.height * options.width
    smallest = min(found, key=lambda kind: kind.volume)
    if most / smallest.volume > MOST_COMPLEXES:
        raise InvalidInput(
            f"specimen: an occupancy of {options.specimen.occupancy[1]} may take more than {MOST_COMPLEXES} complexes "
            f"as small as {smallest.density.name}, {smallest.volume:.0f} voxels"
        )
    return tuple(found)


def _kind(density: Density, weight: float, options: DrawingOptions) -> Kind:
    volume = density.volume_a3(options.surface) / options.voxel_size_a**3
    if volume < 1:
        raise InvalidInput(f"{density.name} is smaller than a voxel of {options.voxel_size_a} angstrom")
    return Kind(density, weight, volume)
