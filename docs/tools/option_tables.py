"""Tables of the options that config models have: what each may be, and what presets make of it.

Everything comes from the models and their JSON schemas, whatever fields they have and however they are nested.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maskline.contract.config import Config

Schema = Mapping[str, Any]
Instances = dict[str, list[tuple[str, Config]]]
"""Preset -> path and content of every place where the preset has a model."""


def option_tables(presets: Mapping[str, Config]) -> str:
    """Return a heading and a table for the presets' model and for each that it is made of, as Markdown.

    presets: name -> options; at least one, all of one model.
    """
    root = type(next(iter(presets.values())))
    schema = root.model_json_schema()
    definitions: Schema = schema.get("$defs", {})
    found = {name: list(_nested(options, "")) for name, options in presets.items()}
    tables = []
    for title, model in _models(root.__name__, schema, definitions):
        instances = {
            preset: [(path, config) for path, config in places if type(config).__name__ == title]
            for preset, places in found.items()
        }
        tables.append(_table(title, model, definitions, instances))
    return "\n".join(tables)


def _models(title: str, root: Schema, definitions: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield name and schema of the root and of every model it leads to, nearest first."""
    waiting, met = [(title, root)], {title}
    for name, schema in waiting:
        yield name, schema
        for reference in _references(schema.get("properties", {})):
            if reference not in met and "properties" in definitions[reference]:
                met.add(reference)
                waiting.append((reference, definitions[reference]))


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _referred(schema)
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _nested(value: Any, path: str) -> Iterator[tuple[str, Config]]:
    """Yield every config in `value`, itself first, with the path to it."""
    if isinstance(value, Config):
        yield path, value
        members = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, Mapping):
        members = dict(value)
    elif isinstance(value, list | tuple):
        members = {str(number): inner for number, inner in enumerate(value)}
    else:
        return
    for name, inner in members.items():
        yield from _nested(inner, f"{path}.{name}" if path else str(name))


def _table(title: str, model: Schema, definitions: Schema, instances: Instances) -> str:
    about = str(model.get("description", "")).partition("\n\n")[0].replace("\n", " ")
    options: Schema = model.get("properties", {})
    defaults = any("default" in schema for schema in options.values())
    columns = ["option", "value", "meaning", *(["default"] if defaults else []), *instances]
    rows = [
        " | ".join(
            [
                f"`{name}`",
                rule(schema, definitions),
                _escaped(schema.get("description", "")),
                *([_default(schema)] if defaults else []),
                *(_values(name, schema, places) for places in instances.values()),
            ]
        )
        for name, schema in options.items()
    ]
    lines = [" | ".join(columns), " | ".join("---" for _ in columns), *rows]
    return "\n".join([f"### {title}", "", about, "", *(f"| {line} |" for line in lines), ""])


def _default(schema: Schema) -> str:
    """Return an option's default; nothing where it must be given, or where another table tells of its parts."""
    default = schema.get("default", {})
    return "" if isinstance(default, dict) else f"`{json.dumps(default)}`"


def _values(name: str, schema: Schema, places: Sequence[tuple[str, Config]]) -> str:
    """Return what a preset sets an option to; nothing where that is the default or another table's matter."""
    if any(_references(schema)):
        return ""
    paths_of: dict[str, list[str]] = {}
    for path, config in zip(_told_apart([path for path, _ in places]), (config for _, config in places), strict=True):
        value = config.model_dump(mode="json")[name]
        text = "" if value == schema.get("default", ...) else f"`{json.dumps(value)}`"
        paths_of.setdefault(text, []).append(path)
    if len(paths_of) == 1:
        return next(iter(paths_of))
    return "<br>".join(f"{', '.join(paths)} {text}" for text, paths in paths_of.items() if text)


def _told_apart(paths: Sequence[str]) -> list[str]:
    """Return what is left of paths without the parts that all of them begin or end with."""
    parts = [path.split(".") for path in paths]
    shortest = min(map(len, parts), default=0)
    first = next((i for i in range(shortest) if len({part[i] for part in parts}) > 1), shortest)
    ends = (i for i in range(shortest - first) if len({part[-1 - i] for part in parts}) > 1)
    last = next(ends, shortest - first)
    return [".".join(part[first : len(part) - last]) for part in parts]


def rule(schema: Schema, definitions: Schema) -> str:
    """Say in words what a JSON schema allows."""
    if "$ref" in schema:
        name = _referred(schema)
        return f"[{name}](#{name.lower()})" if "properties" in definitions[name] else rule(definitions[name], {})
    if choices := schema.get("anyOf", schema.get("oneOf")):
        return " or ".join(rule(inner, definitions) for inner in choices)
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        return _list(schema, definitions)
    if kind == "object":
        return f"a name for each {rule(schema.get('additionalProperties', {}), definitions)}"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return " ".join(filter(None, [words.get(str(kind), "`null`" if kind == "null" else "anything"), _bounds(schema)]))


def _list(schema: Schema, definitions: Schema) -> str:
    if "prefixItems" in schema:  # a pair of the same kind is a range
        inner = [rule(item, definitions) for item in schema["prefixItems"]]
        pair = len(inner) == 2 and inner[0] == inner[1]
        return f"[least, most], {inner[0]}" if pair else f"[{'; '.join(inner)}]"
    return f"list of {rule(schema.get('items', {}), definitions)}"


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{_bound(low)} to {_bound(high)}"
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    return ", ".join(f"{word} {_bound(schema[key])}" for key, word in words.items() if key in schema)


def _bound(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def _referred(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
