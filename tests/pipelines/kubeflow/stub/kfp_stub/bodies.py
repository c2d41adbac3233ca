"""What a request may hold, according to the models that the SDK was generated with."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kfp_server_api import models


def faults(kind: str, value: Any, where: str = "body") -> list[str]:
    """Return what is wrong with `value` as a `kind`: a model's name, or a type as the models write it."""
    if match := re.fullmatch(r"list\[(.+)\]", kind):
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [fault for number, entry in enumerate(value) for fault in faults(match[1], entry, f"{where}[{number}]")]
    if match := re.fullmatch(r"dict\(str, (.+)\)", kind):
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        return [fault for key, entry in value.items() for fault in faults(match[1], entry, f"{where}.{key}")]
    if kind in _PLAIN:
        return [] if _PLAIN[kind](value) else [f"{where}: {value!r} is no {kind}"]
    return _model(getattr(models, kind), value, where)


def _model(model: Any, value: Any, where: str) -> list[str]:
    if hasattr(model, "allowable_values"):
        return [] if value in model.allowable_values else [f"{where}: {value!r} is none of {model.allowable_values}"]
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no object"]
    kinds = {name: model.openapi_types[attribute] for attribute, name in model.attribute_map.items()}
    unknown = [f"{where}: unknown field '{name}' of {model.__name__}" for name in value if name not in kinds]
    return unknown + [
        fault for name in value if name in kinds for fault in faults(kinds[name], value[name], f"{where}.{name}")
    ]


def _is_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "datetime": _is_time,
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "object": lambda _: True,
    "str": lambda value: isinstance(value, str),
}
