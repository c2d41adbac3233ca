"""The six classes of a molecular diagram and the policy that maps what RDKit draws to them.

Policy `six`: a class is what was drawn, with one exception.
* Stereo bonds are named by their mark (BEGINWEDGE, BEGINDASH), plain bonds by their order.
* A bond of an aromatic ring is AROMATIC-NONE although the ring is drawn in Kekulé form, as one line or two.
* The direction marks of E/Z double bonds (ENDUPRIGHT, ENDDOWNRIGHT) draw nothing: such bonds count as NONE.
* A label is one ATOM however many glyphs it has: element, hydrogens, charge, isotope. Radical dots are not drawn.
* Molecules with any other bond (triple, quadruple, dative, crossed, wavy) are not drawn: a picture that shows a bond
  without labelling it would teach a network that it is background.
"""

from maskline.contract.categories import Category, CategoryTable

SINGLE = "SINGLE-NONE"
DOUBLE = "DOUBLE-NONE"
ATOM = "ATOM"
DASH = "SINGLE-BEGINDASH"
WEDGE = "SINGLE-BEGINWEDGE"
AROMATIC = "AROMATIC-NONE"

TABLE = CategoryTable(
    domain="molecules",
    policy="six",
    categories=(
        Category(id=1, name=SINGLE, colour="#2f6fde"),
        Category(id=2, name=DOUBLE, colour="#e0313a"),
        Category(id=3, name=ATOM, colour="#1f9d55"),
        Category(id=4, name=DASH, colour="#a23bd6"),
        Category(id=5, name=WEDGE, colour="#f58200"),
        Category(id=6, name=AROMATIC, colour="#00b8c4"),
    ),
)
