"""The walk in docs/architecture.md names files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/architecture.md").read_text("utf-8")


def test_every_file_of_the_walk_is_there() -> None:
    walk = DOC[DOC.index("## A sample's way") : DOC.index("## Five pipelines")]
    named = re.findall(r"`([\w/]+\.py)`", walk)
    files = [path.as_posix() for member in ROOT.glob("**/src/maskline") for path in member.rglob("*.py")]
    assert len(named) > 25
    assert [name for name in named if not any(file.endswith(f"/{name}") for file in files)] == []
