"""Configuration: frozen models, YAML presets, and the canonical JSON that identities are computed from."""

import json
import math
from collections.abc import Mapping
from importlib import resources
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from maskline.contract.errors import Corrupt, InvalidInput


class Config(BaseModel):
    """A frozen set of fields that refuses unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


C = TypeVar("C", bound=BaseModel)


def parse(model: type[C], values: Mapping[str, Any], where: str) -> C:
    """Validate `values` as a `model`.

    where: what the person reading the error knows the values as, e.g. "train preset 'demo'".
    Raises InvalidInput naming the first field at fault, its value, the rule, and how many more faults there are.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as fault:
        raise InvalidInput(_describe(fault, where, model)) from None


def read_document(model: type[C], data: bytes, where: str) -> C:
    """Validate a stored JSON document of ours.  Raises Corrupt naming the place, the schema and the first fault."""
    try:
        return model.model_validate_json(data)
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in found["loc"]) or "the document"
        schema = model.model_fields["schema_version"].default
        raise Corrupt(f"{where} is no document of schema {schema}: {field}: {found['msg']}") from None


def _describe(fault: ValidationError, where: str, model: type[BaseModel]) -> str:
    errors = fault.errors(include_url=False, include_context=False)
    first = errors[0]
    field = ".".join(str(part) for part in first["loc"])
    rule = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields)
        text = f"{where}: unknown field '{field}'"
        text += f" (known: {known})" if len(first["loc"]) == 1 else ""
    elif first["type"] == "missing":
        text = f"{where}: field '{field}' is missing"
    else:
        text = f"{where}: {field} = {first['input']!r}: {rule}" if field else f"{where}: {rule}"
    return text + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else "")


def preset_names(package: str) -> list[str]:
    """Return the names of the presets in `<package>/presets/`, sorted."""
    entries = (resources.files(package) / "presets").iterdir()
    return sorted(entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml"))


def preset_text(package: str, name: str, called: str) -> str:
    """Return `<package>/presets/<name>.yaml`.  called: what an error calls it, e.g. "train preset".

    Raises InvalidInput with the names there are if there is none.
    """
    names = preset_names(package)
    if name not in names:
        raise InvalidInput(f"{called} '{name}' does not exist in {package} (there are: {', '.join(names)})")
    return (resources.files(package) / "presets" / f"{name}.yaml").read_text("utf-8")


def load_preset(package: str, name: str, called: str) -> dict[str, Any]:
    """Return the values of a preset, as `preset_text` does its text."""
    values: dict[str, Any] = yaml.safe_load(preset_text(package, name, called))
    return values


def merge(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `overrides` over `values`; mappings are merged field by field, anything else is replaced."""
    merged = dict(values)
    for key, value in overrides.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def parse_json(text: str) -> Any:
    """Read JSON as its standard has it: without NaN and Infinity, and without numbers too large for a float.

    Raises ValueError, whose text says why.
    """
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        message = "it is nested too deeply"
        raise ValueError(message) from None


def _no_number(word: str) -> float:
    message = f"{word} is no number of JSON"
    raise ValueError(message)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits)


def canonical_json(value: Any) -> bytes:
    """Encode a JSON value so that equal values give equal bytes: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
