"""What the numbers of a cell and of a picture may be: single ones, and ranges that they are sampled from."""

from typing import Annotated

from pydantic import Field

from maskline.contract.drawing.ranges import ORDERED, PAIR, Share

_Signed = Annotated[float, Field(ge=-1, le=1)]
_Length = Annotated[float, Field(ge=0, le=200)]
_Radius = Annotated[float, Field(ge=0.5, le=200)]
_Times = Annotated[float, Field(ge=0, le=10)]
_Count = Annotated[int, Field(ge=0, le=2000)]
_Side = Annotated[int, Field(ge=32, le=4096)]
Shares = Annotated[tuple[Share, Share], PAIR, ORDERED]
Tone = Annotated[tuple[_Signed, _Signed], PAIR, ORDERED]
"""Brighter than the ground, or darker, over the whole range of grey."""
Size = Annotated[tuple[_Length, _Length], PAIR, ORDERED]
"""Pixels."""
Radius = Annotated[tuple[_Radius, _Radius], PAIR, ORDERED]
"""Pixels, above 0."""
Times = Annotated[tuple[_Times, _Times], PAIR, ORDERED]
"""A factor, a length over another, or an angle."""
Count = Annotated[tuple[_Count, _Count], PAIR, ORDERED]
Side = Annotated[tuple[_Side, _Side], PAIR, ORDERED]
