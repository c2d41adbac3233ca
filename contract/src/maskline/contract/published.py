"""Artifacts that come with an installed package, and the words that stand for them wherever an artifact is named.

A package offers its one checkpoint through an entry point of the group: the word, and the package it lies in.
"""

from importlib.metadata import entry_points
from re import fullmatch

from maskline.contract.errors import Corrupt
from maskline.contract.store import open_store

GROUP = "maskline.published"
KEYWORD = "published"
"""The word for the model that comes with Maskline; models of further domains are called so and then theirs."""
_MANIFEST = "/manifest.json"
_PLACE = rf"checkpoints/[^/]+{_MANIFEST}"


def words() -> list[str]:
    """Return every word that an installed package offers an artifact under, sorted."""
    return sorted(entry_points(group=GROUP).names)


def may_come(word: str) -> bool:
    """Say whether a word may stand for a model that comes with Maskline elsewhere: no package here offers any."""
    return not words() and fullmatch(rf"{KEYWORD}(-[a-z]+)?", word) is not None


def uri_of(word: str) -> str:
    """Return the URI of the artifact that is offered under one of `words()`, the same on every machine.

    Raises Corrupt if the package does not hold exactly one.
    """
    (found,) = entry_points(group=GROUP, name=word)
    store = open_store(f"package://{found.value}")
    # A package within it may offer an artifact of its own, which lies deeper.
    places = [path.removesuffix(_MANIFEST) for path in store.list("") if fullmatch(_PLACE, path)]
    if len(places) != 1:
        raise Corrupt(f"{store.uri} should hold one checkpoint, not {len(places)}; install the package again")
    return f"{store.uri}/{places[0]}"
