"""The classes of a molecular diagram, and the policy that maps what is drawn to them.

Policy `six`: a class is what was drawn, with one exception.
* Stereo bonds are named by their mark (BEGINWEDGE, BEGINDASH), plain bonds by their order.
* A bond of an aromatic ring is AROMATIC-NONE although the ring is drawn in Kekulé form, as one line or two.
* The direction marks of E/Z double bonds (ENDUPRIGHT, ENDDOWNRIGHT) draw nothing: such bonds count as NONE.
* A label is one ATOM however many glyphs it has: element, hydrogens, charge, isotope, radical dots.
* Molecules with any other bond (triple, quadruple, dative, crossed, wavy) are not drawn: a picture that shows a bond
  without labelling it would teach a network that it is background.

Other policies are named after what they do otherwise, so that artifacts of different policies refuse each other.
"""

from functools import cache
from typing import Literal

from pydantic import Field

from maskline.contract.categories import Category, CategoryTable
from maskline.contract.config import Config

SINGLE = "SINGLE-NONE"
DOUBLE = "DOUBLE-NONE"
ATOM = "ATOM"
DASH = "SINGLE-BEGINDASH"
WEDGE = "SINGLE-BEGINWEDGE"
AROMATIC = "AROMATIC-NONE"
TRIPLE = "TRIPLE-NONE"
WAVY = "SINGLE-UNKNOWN"
DATIVE = "DATIVE-NONE"

SIX = (
    Category(id=1, name=SINGLE, colour="#2f6fde"),
    Category(id=2, name=DOUBLE, colour="#e0313a"),
    Category(id=3, name=ATOM, colour="#1f9d55"),
    Category(id=4, name=DASH, colour="#a23bd6"),
    Category(id=5, name=WEDGE, colour="#f58200"),
    Category(id=6, name=AROMATIC, colour="#00b8c4"),
)
MORE = {
    "triple": Category(id=7, name=TRIPLE, colour="#8d6e4a"),
    "wavy": Category(id=8, name=WAVY, colour="#e45fa8"),
    "dative": Category(id=9, name=DATIVE, colour="#7a7f00"),
}

Place = Literal["own", "excluded"]


class ClassPolicy(Config):
    """Which class a bond has where there is a choice."""

    aromatic: Literal["seed", "drawn"] = Field(
        default="seed",
        description="seed: bonds of aromatic rings are AROMATIC-NONE; drawn: they are what their lines say, "
        "and AROMATIC-NONE only in rings drawn with a circle",
    )
    triple: Place = Field(default="excluded", description="TRIPLE-NONE, or molecules with such bonds are not drawn")
    wavy: Place = Field(default="excluded", description="SINGLE-UNKNOWN, or no bond is drawn as a wave")
    dative: Place = Field(default="excluded", description="DATIVE-NONE, or molecules with such bonds are not drawn")


@cache
def table(policy: ClassPolicy) -> CategoryTable:
    """Return the category table of a policy; ids are the same in all of them."""
    added = [name for name in MORE if getattr(policy, name) == "own"]
    drawn = ["aromatic as drawn"] if policy.aromatic == "drawn" else []
    name = ", ".join(["six", *drawn, *added])
    return CategoryTable(domain="molecules", policy=name, categories=(*SIX, *(MORE[key] for key in added)))


TABLE = table(ClassPolicy())
"""The six classes as the reference implementation names them."""
