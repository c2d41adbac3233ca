"""What a scanner may do to a picture.  Left alone, every field does nothing.

Scan pixels are those of the scanner's own grid, picture pixels those of the finished picture, to which the scan is
resized.
"""

from typing import Annotated, Literal

from pydantic import Field

from maskline.contract.config import Config
from maskline.molecules.numbers.ranges import Angles, Ordered, Share, Shares

Resample = Literal["nearest", "bilinear", "bicubic", "lanczos"]
Shears = Annotated[tuple[Annotated[float, Field(ge=-0.1, le=0.1)], Annotated[float, Field(ge=-0.1, le=0.1)]], Ordered]
Aspects = Annotated[tuple[Annotated[float, Field(ge=0.8, le=1.25)], Annotated[float, Field(ge=0.8, le=1.25)]], Ordered]
Resolutions = Annotated[tuple[Annotated[float, Field(ge=0.25, le=4)], Annotated[float, Field(ge=0.25, le=4)]], Ordered]
Thresholds = Annotated[tuple[Annotated[float, Field(ge=0.3, le=0.7)], Annotated[float, Field(ge=0.3, le=0.7)]], Ordered]
"""Near one half, so that an edge moves by less than half a pixel and the masks stay right where they are."""
Contrasts = Annotated[tuple[Annotated[float, Field(ge=1, le=20)], Annotated[float, Field(ge=1, le=20)]], Ordered]
Blurs = Annotated[tuple[Annotated[float, Field(ge=0, le=3)], Annotated[float, Field(ge=0, le=3)]], Ordered]
Spreads = Annotated[tuple[Annotated[int, Field(ge=-2, le=2)], Annotated[int, Field(ge=-2, le=2)]], Ordered]
Noises = Annotated[tuple[Annotated[float, Field(ge=0, le=40)], Annotated[float, Field(ge=0, le=40)]], Ordered]
Specks = Annotated[tuple[Annotated[float, Field(ge=0, le=5000)], Annotated[float, Field(ge=0, le=5000)]], Ordered]
SpeckSizes = Annotated[tuple[Annotated[float, Field(ge=1, le=8)], Annotated[float, Field(ge=1, le=8)]], Ordered]
Gaps = Annotated[tuple[Annotated[float, Field(ge=0.5, le=1.5)], Annotated[float, Field(ge=0.5, le=1.5)]], Ordered]
"""Short enough for the eye to carry the line on, so that the mask may."""
Qualities = Annotated[tuple[Annotated[int, Field(ge=10, le=95)], Annotated[int, Field(ge=10, le=95)]], Ordered]


class ScannerOptions(Config):
    """What scans of one style look like."""

    skew_degrees: Angles = Field(default=(0, 0), description="how the sheet lies on the glass, degrees clockwise")
    shear: Shears = Field(default=(0, 0), description="x moves by this share of y")
    aspect: Aspects = Field(default=(1, 1), description="the width grows by this over the height, the area stays")

    broken_share: Share = Field(default=0, description="share of pictures with broken lines")
    breaks: Shares = Field(default=(0, 0), description="there: share of the instances that have a gap")
    gap: Gaps = Field(default=(1, 1), description="length of a gap over the width of the thinnest stroke")

    blur_px: Blurs = Field(default=(0, 0), description="standard deviation of the optics' blur, scan pixels")
    resolution_share: Share = Field(default=0, description="share of pictures scanned at a resolution of their own")
    resolution: Resolutions = Field(default=(1, 1), description="there: scan pixels over picture pixels")
    resample: tuple[Resample, ...] = Field(default=("bilinear",), min_length=1, description="how it is resized")

    bilevel_share: Share = Field(default=0, description="share of black and white pictures; the others are grey")
    threshold: Thresholds = Field(default=(0.5, 0.5), description="darkness at which ink is cut from paper")
    contrast: Contrasts = Field(default=(1, 1), description="of grey scans: slope at the threshold; 1 leaves greys")
    ink_grey: Shares = Field(default=(0, 0), description="of grey scans: grey of the ink, 0 black, 1 white")
    paper_grey: Shares = Field(default=(1, 1), description="of grey scans: grey of the paper, 0 black, 1 white")
    uneven_share: Share = Field(default=0, description="share of grey scans lit unevenly")
    shade: Shares = Field(default=(0, 0), description="there: share of the light that the darkest side lacks")
    noise: Noises = Field(default=(0, 0), description="standard deviation of the sensor's noise, of 255 grey levels")

    speckled_share: Share = Field(default=0, description="share of pictures with dust")
    specks_per_megapixel: Specks = Field(default=(0, 0), description="there: dark dots in a million scan pixels")
    speck_px: SpeckSizes = Field(default=(1, 1), description="diameter of a dot, scan pixels")

    spread_share: Share = Field(default=0, description="share of pictures whose ink spread in copying, or shrank")
    spread_px: Spreads = Field(default=(0, 0), description="there: pixels a stroke gains in width, or loses")
    jpeg_share: Share = Field(default=0, description="share of pictures that were a JPEG file once")
    jpeg_quality: Qualities = Field(default=(90, 90), description="there: quality as libjpeg counts it")
