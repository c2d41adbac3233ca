"""The generated parts of the docs: tables of options say what the models say, whatever their shape."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from generated import replaced
from maskline.contract.config import Config
from option_tables import option_tables

TOOLS = Path(__file__).parents[2] / "docs/tools"


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


class Plain(Config):
    """Nothing more."""

    side_px: int


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


def test_a_model_without_defaults_has_no_column_for_them() -> None:
    table = option_tables({"plain": Plain(side_px=7)})
    assert "| option | value | meaning | plain |" in table
    assert "| `side_px` | whole number |  | `7` |" in table


def test_marks_that_are_lost_are_told() -> None:
    begin, end = "<!-- options: written by make docs -->\n", "<!-- end of options -->\n"
    assert replaced(f"a\n{begin}old\n{end}b\n", "options", "new") == f"a\n{begin}\nnew\n{end}b\n"
    with pytest.raises(ValueError, match="lost the marks of its part 'options'"):
        replaced(f"a\n{begin}old\n", "options", "new")


@pytest.mark.parametrize("page", ["rendering", "training"])
def test_the_committed_page_is_up_to_date(page: str) -> None:
    subprocess.run([sys.executable, str(TOOLS / f"{page}.py"), "--check"], check=True)
