"""The classes of sketches: seven objects and their parts, under either policy, and those of users' own categories.

Ids are declared once and never reused; both policies number the classes that they share alike.
"""

from collections.abc import Sequence

from maskline.contract.categories import Category, CategoryTable
from maskline.sketches.grammar.description import Grammar
from maskline.strokes.classes import LEFT, PART, RIGHT, part_name

OBJECTS = ("car", "cloud", "flower", "sun", "tree", "4leg", "2leg")
OWN_IDS = 1000
"""Of users' categories the first begins with this id, the next with twice this id, and so on."""

_PLAIN = (
    (1, "car", "#b3383d"),
    (2, "cloud", "#4f7fae"),
    (3, "flower", "#b64e9b"),
    (4, "sun", "#c98a00"),
    (5, "tree", "#3d8a45"),
    (6, "4leg", "#8a5a33"),
    (7, "2leg", "#5c63b5"),
    (8, "car/wheel", "#1f1f1f"),
    (9, "car/frame", "#d6453d"),
    (10, "car/unlabeled", "#9a9a9a"),
    (11, "cloud/body", "#2f7fd6"),
    (12, "cloud/unlabeled", "#9a9a9a"),
    (13, "flower/center", "#c98a00"),
    (14, "flower/petal", "#d9419a"),
    (15, "flower/stem", "#2f8f3a"),
    (16, "flower/leaf", "#7cae00"),
    (17, "flower/unlabeled", "#9a9a9a"),
    (18, "sun/center", "#e07b00"),
    (19, "sun/ray", "#c7a200"),
    (20, "sun/unlabeled", "#9a9a9a"),
    (21, "tree/steam", "#8a5a33"),
    (22, "tree/leaves", "#2f9e44"),
    (23, "tree/unlabeled", "#9a9a9a"),
    (24, "4leg/body", "#6b6b6b"),
    (25, "4leg/head", "#7a1f1f"),
    (26, "4leg/neck", "#c98a00"),
    (27, "4leg/tail", "#8e44ad"),
    (28, "4leg/front-foot", "#1c6fd0"),
    (29, "4leg/back-foot", "#2f8f3a"),
    (30, "4leg/front-paw", "#16a3b8"),
    (31, "4leg/back-paw", "#7cae00"),
    (32, "4leg/unlabeled", "#9a9a9a"),
    (33, "2leg/body", "#6b6b6b"),
    (34, "2leg/head", "#7a1f1f"),
    (35, "2leg/neck", "#c98a00"),
    (36, "2leg/tail", "#8e44ad"),
    (37, "2leg/front-foot", "#1c6fd0"),
    (38, "2leg/back-foot", "#2f8f3a"),
    (39, "2leg/front-paw", "#16a3b8"),
    (40, "2leg/back-paw", "#7cae00"),
    (41, "2leg/unlabeled", "#9a9a9a"),
)
"""Id, name and colour under the policy `initial`."""

_SIDED = {
    "4leg/front-foot": (42, 43),
    "4leg/back-foot": (44, 45),
    "4leg/front-paw": (46, 47),
    "4leg/back-paw": (48, 49),
    "2leg/front-foot": (50, 51),
    "2leg/back-foot": (52, 53),
    "2leg/front-paw": (54, 55),
    "2leg/back-paw": (56, 57),
}
"""Class -> ids of its left and of its right, which take its place under the policy `extended`."""

_SIDES = {
    "front-foot": ("#1c6fd0", "#e0552b"),
    "back-foot": ("#2f8f3a", "#a83fc0"),
    "front-paw": ("#16a3b8", "#e88f1a"),
    "back-paw": ("#7cae00", "#d94f9c"),
}
"""Colours of left and right: cold and warm."""
_OTHERS = ("#1c6fd0", "#2f8f3a", "#c98a00", "#8e44ad", "#16a3b8", "#c23b3b", "#e0552b", "#d9419a", "#7cae00", "#8a5a33")
"""Colours of users' parts that name none, left ones among them; the right ones have what lies half a list ahead."""


def sided(part: str, side: str) -> str:
    """Return the name of a part on one side: "front-foot" on the left is "front-left-foot"."""
    before, dash, last = part.rpartition("-")
    return f"{before}{dash}{side}-{last}"


def table(*, extended: bool, own: Sequence[Grammar] = ()) -> CategoryTable:
    """Return the classes under one of the two policies.  own: categories that users describe."""
    categories: list[Category] = []
    for number, name, colour in _PLAIN:
        if extended and name in _SIDED:
            categories += _both(name, _SIDED[name], _SIDES[name.partition(PART)[2]])
        else:
            categories.append(Category(id=number, name=name, colour=colour))
    for count, grammar in enumerate(own, 1):
        categories += _own(grammar, count * OWN_IDS, extended=extended)
    policy = ", ".join(["extended" if extended else "initial", *(grammar.category for grammar in own)])
    return CategoryTable(domain="sketches", policy=policy, categories=tuple(categories))


def _both(name: str, ids: tuple[int, int], colours: tuple[str, str]) -> list[Category]:
    thing, _, part = name.partition(PART)
    return [
        Category(id=number, name=part_name(thing, sided(part, side)), colour=colour)
        for side, number, colour in zip((LEFT, RIGHT), ids, colours, strict=True)
    ]


def _own(grammar: Grammar, first: int, *, extended: bool) -> list[Category]:
    """Return a user's category and its parts; each part has three ids: its own, and those of its sides."""
    found = [Category(id=first, name=grammar.category, colour=grammar.colour)]
    for place, (part, has_sides) in enumerate(grammar.parts.items()):
        name, number = part_name(grammar.category, part), first + 1 + 3 * place
        colour = grammar.colours.get(part, _OTHERS[place % len(_OTHERS)])
        if extended and has_sides:
            other = _OTHERS[(place + len(_OTHERS) // 2) % len(_OTHERS)]
            found += _both(name, (number + 1, number + 2), (colour, other))
        else:
            found.append(Category(id=number, name=name, colour=colour))
    return found


TABLE = table(extended=True)
