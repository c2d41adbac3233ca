"""The classes of cells under each policy.

Policy `cell`: every cell is a `cell`, whatever family it is of.  `four` and `neurons`: a cell's class is its family's
name.  Ids are declared once and never reused.
"""

from typing import Literal

from maskline.contract.categories import Category, CategoryTable

Policy = Literal["cell", "four", "neurons"]
CELL = "cell"

_CLASSES: dict[Policy, tuple[tuple[str, str], ...]] = {
    "cell": ((CELL, "#2f9e44"),),
    "four": (("class1", "#2f6fde"), ("class2", "#e0313a"), ("class3", "#1f9d55"), ("class4", "#f58200")),
    "neurons": (("shsy5y", "#e0552b"), ("astro", "#1c6fd0"), ("cort", "#2f9e44")),
}


def table(policy: Policy) -> CategoryTable:
    """Return the category table of a policy."""
    categories = tuple(
        Category(id=number, name=name, colour=colour) for number, (name, colour) in enumerate(_CLASSES[policy], 1)
    )
    return CategoryTable(domain="cells", policy=policy, categories=categories)


TABLE = table("cell")
