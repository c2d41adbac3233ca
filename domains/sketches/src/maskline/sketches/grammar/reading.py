"""Descriptions as they come with the package, and as users write them."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from maskline.contract.config import parse
from maskline.contract.errors import InvalidInput
from maskline.contract.store import read_uri
from maskline.sketches.grammar.description import Grammar

PACKAGE = "maskline.sketches"
CLUTTER = "clutter"


@cache
def shipped(name: str) -> Grammar:
    """Return a description that comes with the package, of a category or of strokes that are of no object."""
    text = (resources.files(PACKAGE) / "objects" / f"{name}.yaml").read_text("utf-8")
    return parse(Grammar, yaml.safe_load(text), f"objects/{name}.yaml")


def described(given: Any) -> Any:
    """Return the description at a path or URI; anything else is one already.  Raises InvalidInput, NotFound."""
    if not isinstance(given, str):
        return given
    try:
        values = yaml.safe_load(read_uri(given))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise InvalidInput(f"{given} is no YAML: {fault}") from None
    if not isinstance(values, Mapping):
        raise InvalidInput(f"{given} describes no category: it holds {type(values).__name__}, not a mapping")
    return parse(Grammar, values, given).model_dump(mode="json", exclude_defaults=True)
