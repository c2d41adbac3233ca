"""Dealing groups out to folds."""

from collections.abc import Mapping

from maskline.contract.identity import digest


def dealt(groups: Mapping[str, int], folds: int) -> dict[str, int]:
    """Return each group's fold, 0 up to `folds`, so that folds hold about as many samples.

    groups: name -> how many samples it has.  The largest group goes first, each to the emptiest fold; among equals the
    digest of the name decides, so that neighbours in a series do not end up together by their names.
    """
    held = [0] * folds
    found: dict[str, int] = {}
    for name in sorted(groups, key=lambda name: (-groups[name], digest(name.encode()))):
        fold = held.index(min(held))
        found[name], held[fold] = fold, held[fold] + groups[name]
    return found
