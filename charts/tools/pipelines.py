"""Write what the chart checks its values against, charts/maskline/pipelines.yaml, from the compiled pipelines.

usage: pipelines.py [--check]     --check writes nothing and fails if the file is not up to date
"""

import sys
from pathlib import Path

import yaml

from maskline.pipelines.compiler.stamping.parts import parameters, parts_of
from maskline.pipelines.dag import compiled

PLACE = Path(__file__).parents[1] / "maskline/pipelines.yaml"
HEAD = """\
# Steps, and the parameters of each pipeline with their types: what templates/_checks.tpl checks values against.
# Written by make chart-docs from the compiled pipelines.
"""


def wanted() -> str:
    """Return the file as it should be."""
    texts = {name: compiled.find(name).read_text("utf-8") for name in compiled.names()}
    forms = {
        name: {one.name: one.type for one in parameters(next(yaml.safe_load_all(text))).values()}
        for name, text in texts.items()
    }
    return HEAD + yaml.safe_dump({"pipelines": forms, "steps": sorted(parts_of(*texts.values()).steps)})


def main() -> None:
    """Write or check."""
    if "--check" not in sys.argv:
        PLACE.write_text(wanted(), "utf-8")
    elif not PLACE.exists() or PLACE.read_text("utf-8") != wanted():
        raise SystemExit(f"{PLACE} is not what the compiled pipelines say: run make chart-docs")


if __name__ == "__main__":
    main()
