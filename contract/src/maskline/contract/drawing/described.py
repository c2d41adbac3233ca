"""Descriptions that users write: a YAML file of theirs, or the same in place."""

from collections.abc import Mapping
from typing import Any

import yaml

from maskline.contract.config import Config, parse
from maskline.contract.errors import InvalidInput
from maskline.contract.store import read_uri


def described(model: type[Config], given: Any, what: str) -> Any:
    """Return the values of the `model` that a path or URI holds; anything else holds them already.

    what: is described, for errors.  Raises InvalidInput, NotFound.
    """
    if not isinstance(given, str):
        return given
    try:
        values = yaml.safe_load(read_uri(given))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise InvalidInput(f"{given} is no YAML: {fault}") from None
    if not isinstance(values, Mapping):
        raise InvalidInput(f"{given} describes no {what}: it holds {type(values).__name__}, not a mapping")
    return parse(model, values, given).model_dump(mode="json", exclude_defaults=True)
