"""How a specimen is seen."""

from typing import Literal

from pydantic import Field

from maskline.contract.config import Config
from maskline.tomograms.ranges import Micrometres, Ratios, Resolutions, Tilts


class ImagingOptions(Config):
    """Microscope, tilts and reconstruction; every range is sampled for every volume."""

    imaging: Literal["fourier", "projections"] = Field(
        default="fourier",
        description="fourier: what a tilt series does to a volume, in one step; projections: the tilt series is taken "
        "and projected back, which is slower",
    )
    tilt_deg: Tilts = Field(
        default=(60, 60), description="farthest tilt either way, about y, degrees; what is beyond is the missing wedge"
    )
    step_deg: float = Field(default=3, ge=0.5, le=10, description="from one projection to the next, degrees")
    voltage_kv: float = Field(default=300, ge=80, le=1000, description="of the microscope")
    defocus_um: Micrometres = Field(default=(3, 5), description="below focus")
    amplitude_contrast: float = Field(default=0.1, ge=0, le=1, description="share of the contrast that is no phase's")
    low_pass_a: Resolutions = Field(
        default=(28, 36), description="resolution at which a Gaussian filter leaves 1/e of an amplitude, angstrom"
    )
    snr: Ratios = Field(
        default=(2, 4),
        description="mean square of the signal over the voxels of complexes, ice being 0, over the variance of the "
        "noise; after imaging, gold left out",
    )
    inverted: bool = Field(
        default=False, description="complexes are bright; otherwise dark, as the microscope has them"
    )
