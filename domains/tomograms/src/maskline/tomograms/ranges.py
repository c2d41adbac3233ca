"""What the numbers of a complex and of a tomogram may be: single ones, and ranges that they are sampled from."""

from typing import Annotated

from pydantic import Field

from maskline.contract.drawing.ranges import ORDERED, PAIR, Share

_Length = Annotated[float, Field(ge=0, le=20_000)]
_Radius = Annotated[float, Field(gt=0, le=20_000)]
_Micrometres = Annotated[float, Field(ge=0, le=20)]
_Tilt = Annotated[float, Field(gt=0, le=90)]
_Slope = Annotated[float, Field(ge=0, le=45)]
_Ratio = Annotated[float, Field(gt=0, le=1e6)]
_Times = Annotated[float, Field(ge=0, le=100)]
_Half = Annotated[float, Field(ge=0, le=0.5)]
_Resolution = Annotated[float, Field(ge=0, le=200)]
_Count = Annotated[int, Field(ge=0, le=1000)]
_Side = Annotated[int, Field(ge=16, le=128)]
Vector = tuple[float, float, float]
"""Along z, y, x."""
Shape = tuple[int, int, int]
"""Voxels of a volume along z, y, x."""
Crowding = Annotated[tuple[_Half, _Half], PAIR, ORDERED]
"""Shares that leave room."""
Shares = Annotated[tuple[Share, Share], PAIR, ORDERED]
Lengths = Annotated[tuple[_Length, _Length], PAIR, ORDERED]
"""Angstrom."""
Resolutions = Annotated[tuple[_Resolution, _Resolution], PAIR, ORDERED]
"""Angstrom; 0 for the finest there is."""
Radii = Annotated[tuple[_Radius, _Radius], PAIR, ORDERED]
"""Angstrom, above 0."""
Micrometres = Annotated[tuple[_Micrometres, _Micrometres], PAIR, ORDERED]
Tilts = Annotated[tuple[_Tilt, _Tilt], PAIR, ORDERED]
"""Degrees."""
Slopes = Annotated[tuple[_Slope, _Slope], PAIR, ORDERED]
"""Degrees."""
Ratios = Annotated[tuple[_Ratio, _Ratio], PAIR, ORDERED]
"""Above 0."""
Times = Annotated[tuple[_Times, _Times], PAIR, ORDERED]
"""A factor."""
Counts = Annotated[tuple[_Count, _Count], PAIR, ORDERED]
Side = Annotated[_Side, Field(description="voxels")]
