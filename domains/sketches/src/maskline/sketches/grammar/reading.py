"""Descriptions as they come with the package, and as users write them."""

from functools import cache
from importlib import resources

import yaml

from maskline.contract.config import parse
from maskline.sketches.grammar.description import Grammar

PACKAGE = "maskline.sketches"
CLUTTER = "clutter"


@cache
def shipped(name: str) -> Grammar:
    """Return a description that comes with the package, of a category or of strokes that are of no object."""
    text = (resources.files(PACKAGE) / "objects" / f"{name}.yaml").read_text("utf-8")
    return parse(Grammar, yaml.safe_load(text), f"objects/{name}.yaml")
