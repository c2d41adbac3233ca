"""The classes of complexes under each policy.

Policy `complex`: every complex is a `complex`, whatever family it is of.  `families`: a complex' class is its family's
name.  Ids are declared once and never reused.
"""

from typing import Literal

from maskline.contract.categories import Category, CategoryTable

Policy = Literal["complex", "families"]
COMPLEX = "complex"

_CLASSES: dict[Policy, tuple[tuple[str, str], ...]] = {
    "complex": ((COMPLEX, "#2f9e44"),),
    "families": (
        ("ribosome", "#2f6fde"),
        ("proteasome", "#e0313a"),
        ("ring", "#1f9d55"),
        ("rod", "#f58200"),
        ("fork", "#8b4fd9"),
        ("dumbbell", "#0aa2b5"),
        ("cage", "#c2318f"),
        ("globule", "#8a6d1f"),
    ),
}


def table(policy: Policy) -> CategoryTable:
    """Return the category table of a policy."""
    categories = tuple(
        Category(id=number, name=name, colour=colour) for number, (name, colour) in enumerate(_CLASSES[policy], 1)
    )
    return CategoryTable(domain="tomograms", policy=policy, categories=categories)


TABLE = table("complex")
