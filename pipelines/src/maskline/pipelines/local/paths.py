"""The files of this machine that a run's parameters name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LOCAL = ("images", "draw_source", "train_starting_weights")
"""Parameters that may name files of this machine."""
_WORDED = ("draw_source", "train_starting_weights")
"""Those that take words as well: a domain's own sources, champion, published."""


def absolute(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run's parameters with files of this machine named from its root, as they are named in a container."""
    named = {name: str(values[name]) for name in _LOCAL if values.get(name)}
    paths = {
        name: text for name, text in named.items() if "://" not in text and not (name in _WORDED and _is_word(text))
    }
    found = {name: str(Path(text).absolute()) for name, text in paths.items() if Path(text).exists()}
    return {**values, **found}


def _is_word(text: str) -> bool:
    """Say whether a value is a word, whatever else has that name here; as a path it is written ./so or so.suffix."""
    return "/" not in text and "." not in text


def local_files(values: Mapping[str, Any]) -> list[Path]:
    """Return the files and folders of this machine that the parameters name."""
    named = (str(values.get(name, "")).removeprefix("file://") for name in _LOCAL)
    return [Path(path) for path in named if path.startswith("/") and Path(path).exists()]
