"""What an instance of a class counts, by how many of them the training set has."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from maskline.contract.categories import CategoryTable
from maskline.contract.shard import Sample

POWERS = {"sqrt": 0.5, "inverse": 1.0}


def balanced(samples: Iterable[Sample], table: CategoryTable, rule: Literal["sqrt", "inverse"]) -> dict[str, float]:
    """Return weights by class name, in proportion to n ** -1/2 or 1 / n of its n instances, 1 in their mean.

    A class without any instance gets 1.
    """
    power = POWERS[rule]
    counts = Counter(label["category_id"] for sample in samples for label in sample.annotations)
    total = sum(count ** (1 - power) for count in counts.values())
    scale = counts.total() / total if counts else 1.0
    return {
        category.name: round(scale * counts[category.id] ** -power, 4) if counts[category.id] else 1.0
        for category in table.categories
    }
