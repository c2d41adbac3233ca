"""What the numbers of a drawing may be: single ones, and ranges that they are sampled from."""

from typing import Annotated

from pydantic import Field

from maskline.contract.drawing.ranges import ORDERED, PAIR

BOUND = 1000.0
WHOLE_BOUND = 200
_Number = Annotated[float, Field(ge=-BOUND, le=BOUND)]
_Positive = Annotated[float, Field(ge=0, le=BOUND)]
_Count = Annotated[int, Field(ge=0, le=WHOLE_BOUND)]
Range = Annotated[tuple[_Number, _Number], PAIR, ORDERED]
Size = Annotated[tuple[_Positive, _Positive], PAIR, ORDERED]
Count = Annotated[tuple[_Count, _Count], PAIR, ORDERED]
