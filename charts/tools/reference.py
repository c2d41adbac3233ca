"""Write the table of values in the chart's README.md from values.schema.json and values.yaml.

usage: reference.py [--check]     --check writes nothing and fails if the table is not up to date
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[1] / "maskline"
BEGIN, END = "<!-- values: written by make chart-docs -->\n", "<!-- end of values -->\n"


def rows(schema: dict[str, Any], values: Any, path: str = "") -> Iterator[str]:
    """Yield one line of the table for each key, groups before their members."""
    for name, inner in schema.get("properties", {}).items():
        key = f"{path}.{name}" if path else name
        value = values.get(name) if isinstance(values, dict) else None
        group = "properties" in inner
        default = "" if group or value is None else f"`{json.dumps(value)}`"
        yield f"| `{key}` | {default} | {_meaning(inner)} |"
        yield from rows(inner, value, key)
        yield from rows(inner.get("items", {}), None, f"{key}[]")
        members = inner.get("additionalProperties")
        if isinstance(members, dict):
            yield from rows(members, None, f"{key}.<name>")


def _meaning(schema: dict[str, Any]) -> str:
    text = str(schema["description"])
    if "enum" in schema:
        text += f" One of {', '.join(f'`{value}`' for value in schema['enum'])}."
    return text.replace("|", "\\|").replace("<", "&lt;")


def written(readme: str) -> str:
    """Return the README with the table as it should be."""
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    head, _, rest = readme.partition(BEGIN)
    table = "\n".join(["", "| key | default | meaning |", "|---|---|---|", *rows(schema, values), "", ""])
    return head + BEGIN + table + END + rest.partition(END)[2]


def main() -> None:
    """Write or check."""
    path = CHART / "README.md"
    readme = path.read_text("utf-8")
    wanted = written(readme)
    if "--check" not in sys.argv:
        path.write_text(wanted, "utf-8")
    elif readme != wanted:
        raise SystemExit(f"{path} is not what values.schema.json says: run make chart-docs")


if __name__ == "__main__":
    main()
