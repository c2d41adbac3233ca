"""What a specimen holds beside its families of complexes."""

from pydantic import Field

from maskline.contract.config import Config
from maskline.tomograms.ranges import Counts, Crowding, Lengths, Radii, Shares, Slopes, Times


class SpecimenOptions(Config):
    """Ice and what lies in it; every range is sampled for every volume.

    Densities are those beside the ice's, over the greatest of a complex.
    """

    occupancy: Crowding = Field(
        default=(0.05, 0.1),
        description="crowding: share of the specimen's volume that complexes are to take up; those for which no room "
        "is found are left out, and counted",
    )
    touching: Shares = Field(
        default=(0.2, 0.5), description="complexes that are pushed against another until they touch, of a volume's"
    )
    thickness_a: Lengths = Field(
        default=(0, 0), description="of the lamella, angstrom; outside of it is nothing; 0: ice fills the volume"
    )
    slope_deg: Slopes = Field(default=(0, 5), description="of each of the lamella's two faces, degrees")
    ice: Shares = Field(default=(0, 0.05), description="grain of the ice, a standard deviation, over a density of 1")
    vesicles: Counts = Field(default=(0, 0), description="closed membranes")
    vesicle_radius_a: Radii = Field(default=(150, 350), description="of a vesicle along each axis, angstrom")
    sheets: Counts = Field(default=(0, 0), description="membranes that cross the volume, slightly curved")
    sheet_radius_a: Radii = Field(default=(1500, 5000), description="of their curvature, angstrom")
    membrane: Times = Field(default=(0.7, 0.9), description="density of a membrane's leaflets")
    filaments: Counts = Field(default=(0, 0), description="filaments that cross the volume")
    filament_radius_a: Radii = Field(default=(35, 40), description="of a filament, angstrom")
    bore: Shares = Field(default=(0, 0), description="radius of what is hollow in a filament, over its own")
    bend_a: Radii = Field(default=(1500, 4000), description="radius of a filament's curvature, angstrom")
    beads: Counts = Field(default=(0, 0), description="beads of gold, anywhere in the specimen")
    bead_radius_a: Radii = Field(default=(45, 55), description="of a bead, angstrom")
    bead: Times = Field(default=(10, 15), description="density of a bead")
