"""What a microscope does to a picture."""

from typing import Annotated

from pydantic import Field

from maskline.cells.ranges import Shares, Size, Times, Tone
from maskline.contract.config import Config
from maskline.contract.drawing.ranges import ORDERED, PAIR

_Grey = Annotated[float, Field(ge=0, le=255)]
_Photons = Annotated[float, Field(ge=0, le=1e6)]
Grey = Annotated[tuple[_Grey, _Grey], PAIR, ORDERED]
Photons = Annotated[tuple[_Photons, _Photons], PAIR, ORDERED]


class MicroscopeOptions(Config):
    """Light, optics and sensor; every range is sampled for every picture."""

    ground: Grey = Field(default=(100, 120), description="brightness where nothing lies, 0 black, 255 white")
    contrast: Times = Field(default=(1, 1), description="factor of the brightness of cells")
    defocus_px: Size = Field(default=(0.5, 0.8), description="blur, a standard deviation in pixels")
    halo: Tone = Field(
        default=(0, 0),
        description="phase contrast: share of what surrounds a pixel that is taken from it, so that borders of "
        "dark cells shine and their insides fade; below 0 it is added, as the glow of fluorescence is",
    )
    halo_px: Size = Field(default=(3, 4), description="how far that reaches, a standard deviation in pixels")
    uneven: Shares = Field(default=(0, 0.1), description="light at the dark end of the picture that is missing")
    mottle: Grey = Field(default=(0, 0), description="stains of the ground, a standard deviation in levels of grey")
    mottle_px: Size = Field(default=(1, 2), description="size of those, pixels")
    photons: Photons = Field(
        default=(200, 400), description="that a white pixel counts: the fewer, the noisier; 0: none are counted"
    )
    read_noise: Grey = Field(default=(0.5, 1), description="of the sensor, a standard deviation in levels of grey")
