"""A share of an import's groups as a split of its own: `--split val=0.2`."""

from collections.abc import Iterable

from maskline.contract.identity import digest

SHARE = "="
REST = {"train": "val"}
"""Where the others go if a share goes into the split `train`; if into another one, they go there."""


def split_and_share(asked: str) -> tuple[str, float]:
    """Return the two that `name=share` tells."""
    name, _, share = asked.partition(SHARE)
    return name, float(share)


def rest_of(name: str) -> str:
    """Return the split of what is not in the share that goes into split `name`."""
    return REST.get(name, "train")


def in_turn(groups: Iterable[str]) -> list[str]:
    """Return groups in the order in which a share takes them, which only their names decide."""
    return sorted(groups, key=lambda group: digest(group.encode()))
