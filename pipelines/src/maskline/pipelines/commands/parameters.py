"""What is given for a run's parameters: a parameter set, then what the command line says."""

from collections.abc import Sequence
from importlib import resources
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from maskline.contract.config import merge, parse_json
from maskline.contract.errors import InvalidInput

GROUP = "maskline.parameters"
"""The entry points that offer parameter sets: a word, and the package that holds parameters/<name>.yaml."""
OWN = "maskline.pipelines"


def parameter_set(name: str) -> dict[str, Any]:
    """Return a parameter set by its name, ours or one that an installed package brings, or the one in a YAML file.

    Raises InvalidInput, with the names there are if there is no such set.
    """
    sets = _sets()
    if name in sets:
        text = sets[name].read_text("utf-8")
    elif name.endswith((".yaml", ".yml")):
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"parameter file {name}: {error}") from None
    else:
        raise InvalidInput(f"no parameter set '{name}'; there are: {', '.join(sorted(sets))}, or a .yaml file of yours")
    try:
        values = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise InvalidInput(f"parameter file {name} is not YAML: {error}") from None
    if not isinstance(values, dict):
        raise InvalidInput(f"parameter file {name}: it must hold one mapping, parameter: value")
    return values


def _sets() -> dict[str, Traversable]:
    """Return the file of every parameter set; of two with one name ours counts, then that of the first word."""
    offered = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    files: dict[str, Traversable] = {}
    for package in (OWN, *(entry.value for entry in offered)):
        for entry in (resources.files(package) / "parameters").iterdir():
            if entry.name.endswith(".yaml"):
                files.setdefault(entry.name.removesuffix(".yaml"), entry)
    return files


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """Read `name=value` words.  Raises InvalidInput for a word without `=`, or without a name before it."""
    for text in texts:
        if text.find("=") < 1:
            raise InvalidInput(f"'{text}': it must be name=value")
    return dict(text.split("=", 1) for text in texts)


def named_options(texts: Sequence[str]) -> dict[str, Any]:
    """Read `name=value` words as fields of a config, `a.b=value` as field b of a; values are JSON, or else text.

    Raises InvalidInput for a word without `=`.
    """
    options: dict[str, Any] = {}
    for name, text in assignments(texts).items():
        try:
            value = parse_json(text)
        except ValueError:
            value = text
        for part in reversed(name.split(".")):
            value = {part: value}
        options = merge(options, value)
    return options
