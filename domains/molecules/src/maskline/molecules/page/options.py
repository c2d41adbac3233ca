"""What may stand around a molecule, how often, how large and how near."""

from typing import Annotated

from pydantic import Field

from maskline.contract.config import Config
from maskline.molecules.labels.fonts import Font
from maskline.molecules.numbers.ranges import Ordered, Ratios, Share, Shares

Gap = Annotated[float, Field(ge=0.25, le=100)]
Gaps = Annotated[tuple[Gap, Gap], Ordered]


class PageOptions(Config):
    """Shares are of the pictures; heights and gaps are in units of the labels' cap height.  Nothing by default."""

    atom_numbers: Share = Field(default=0, description="share with numbers or letters beside atoms")
    brackets: Share = Field(default=0, description="share with square brackets around the molecule")
    compound_number: Share = Field(default=0, description="share with a number such as 12, (IV) or Example 7")
    caption: Share = Field(default=0, description="share with lines of text: a name, a yield, a melting point")
    plus_sign: Share = Field(default=0, description="share with a plus sign at the left or right")
    reagents: Share = Field(default=0, description="share with a reaction arrow, reagents at its shaft")
    table_rules: Share = Field(default=0, description="share with lines of a table or frame on one to four sides")
    neighbour: Share = Field(default=0, description="share with another structure that the picture's edge cuts")
    stray_text: Share = Field(default=0, description="share with running text, line numbers, pieces of labels")

    fonts: tuple[Font, ...] = Field(default=(), description="of the texts, one a picture; none: the labels' own font")
    text_height: Ratios = Field(default=(0.8, 1.2), description="cap height of the texts")
    atom_number_height: Ratios = Field(default=(0.5, 0.8), description="cap height of the atom numbers")
    gap: Gaps = Field(default=(0.7, 2.5), description="free space between the molecule and what stands around it")
    atom_number_gap: Gaps = Field(default=(0.25, 0.4), description="free space around an atom number")
    rule_width: Ratios = Field(default=(0.6, 1.4), description="arrows, brackets and rules, over the bonds' line width")
    visible: Shares = Field(default=(0.15, 0.6), description="depth of what the edge cuts that lies in the picture")
