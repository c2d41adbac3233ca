"""How many masks are faulty, by class and fault."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

Fault = Literal["masks", "holes", "fragments", "slivers", "doubles"]
Faults = Counter[tuple[int, Fault]]
"""(category id, fault) -> masks that have it; under "masks" those that were looked at.  Sums over pictures add up."""
TOLD: tuple[Fault, ...] = ("holes", "fragments", "slivers", "doubles")


def told(faults: Faults, names: Mapping[int, str]) -> Iterator[str]:
    """Yield a phrase for every class that has faults, in the order of `names`: category id -> name."""
    for category, name in names.items():
        counts = [f"{fault} {count:,}" for fault in TOLD if (count := faults[category, fault])]
        if counts:
            yield f"{name}, {faults[category, 'masks']:,} masks: {', '.join(counts)}"
