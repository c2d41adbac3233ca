"""Instances of one picture, best first, all together or class by class."""

from collections.abc import Iterable
from typing import Any

Instance = dict[str, Any]
"""A COCO result without `image_id`."""


def ranked(instances: Iterable[Instance]) -> list[Instance]:
    """Return the instances, best first; of equal scores the one that came first stays before the other."""
    return sorted(instances, key=lambda instance: -instance["score"])


def ranked_classes(instances: Iterable[Instance]) -> list[list[Instance]]:
    """Return the instances of each class, best first; the class of the best one comes first."""
    classes: dict[int, list[Instance]] = {}
    for instance in ranked(instances):
        classes.setdefault(instance["category_id"], []).append(instance)
    return list(classes.values())
