"""The tables of options: they say what the models say, whatever their shape."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from maskline.contract.config import Config
from option_tables import option_tables

TOOL = Path(__file__).parents[2] / "docs/tools/rendering.py"


class Paper(Config):
    """What is drawn on."""

    grain: float = Field(default=0, ge=0, le=1, description="share of | the grey")


class Pen(Config):
    """What is drawn with.

    More about it.
    """

    width_px: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]
    tip: Literal["round", "flat"] = "round"
    paper: Paper | None = None


class Drawing(Config):
    """One preset."""

    count: int = Field(default=3, ge=1, description="how many")
    pens: dict[str, Pen]


PRESETS = {
    "one": Drawing(pens={"fine": Pen(width_px=(1, 2), paper=Paper(grain=0.5))}),
    "two": Drawing(
        count=5,
        pens={
            "fine": Pen(width_px=(1, 2)),
            "bold": Pen(width_px=(4, 6.5), tip="flat"),
            "broad": Pen(width_px=(4, 6.5)),
        },
    ),
}
TABLES = """\
### Drawing

One preset.

| option | value | meaning | default | one | two |
| --- | --- | --- | --- | --- | --- |
| `count` | whole number from 1 | how many | `3` |  | `5` |
| `pens` | a name for each [Pen](#pen) |  |  |  |  |

### Pen

What is drawn with.

| option | value | meaning | default | one | two |
| --- | --- | --- | --- | --- | --- |
| `width_px` | [least, most], number above 0 |  |  | `[1.0, 2.0]` | fine `[1.0, 2.0]`<br>bold, broad `[4.0, 6.5]` |
| `tip` | `round`, `flat` |  | `"round"` |  | bold `"flat"` |
| `paper` | [Paper](#paper) or `null` |  | `null` |  |  |

### Paper

What is drawn on.

| option | value | meaning | default | one | two |
| --- | --- | --- | --- | --- | --- |
| `grain` | number 0 to 1 | share of \\| the grey | `0` | `0.5` |  |
"""


def test_every_model_that_presets_are_made_of_has_its_table() -> None:
    assert option_tables(PRESETS) == TABLES


def test_the_committed_page_is_up_to_date() -> None:
    subprocess.run([sys.executable, str(TOOL), "--check"], check=True)
