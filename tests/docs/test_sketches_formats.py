"""What docs/sketches-formats.md shows does what it says."""

import json
import re
from pathlib import Path

import pytest
import yaml

from maskline.contract.artifact import Artifact
from maskline.contract.kind.exchange import ImportConfig, exchange_of
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

TEXT = (Path(__file__).parents[2] / "docs/sketches-formats.md").read_text("utf-8")
FOLDING = re.findall(r"```yaml folding\n(.*?)```", TEXT, re.DOTALL)[0]


@pytest.fixture
def folded(tmp_path: Path) -> Artifact:
    """Import drawings with every finer label under the folding that the page shows."""
    labels = {"4leg": ["eye", "mouth", "nose", "ear", "eye's apple", "whiskers", "prow"], "cloud": ["cloud"]}
    labels["tree"] = ["trunk", "crown", "leave", "branches"]
    for number, (name, own) in enumerate(labels.items()):
        lines = [[[place, number], [place, 9]] for place in range(len(own))]
        path = tmp_path / "train" / name / "a.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"lines": lines, "segments": [[label, label] for label in own]}))
    (tmp_path / "folding.yaml").write_text(FOLDING)
    sources, mapping = (str(tmp_path / "train"),), str(tmp_path / "folding.yaml")
    config = ImportConfig(sources=sources, name="folded", domain="sketches", categories=mapping)
    return run(config, DirectoryStore(tmp_path / "store"))


def test_finer_labels_become_those_of_the_domain(folded: Artifact) -> None:
    names = folded.manifest.config["mapping"]

    assert {name: ours for name, ours in names.items() if "/" in name and not name.startswith("4leg")} == {
        "cloud/cloud": "cloud/body",
        "tree/branches": "tree/leaves",
        "tree/crown": "tree/leaves",
        "tree/leave": "tree/leaves",
        "tree/trunk": "tree/steam",
    }
    assert {ours for name, ours in names.items() if name.startswith("4leg/")} == {"4leg/head"}
    assert len(names) == 3 + len(yaml.safe_load(FOLDING))


def test_every_layout_is_in_the_tables() -> None:
    losses = TEXT.partition("## What an export cannot hold")[2]

    assert set(re.findall(r"^\| `(\w+)` \|", losses, re.MULTILINE)) == set(exchange_of("strokes/1").layouts)
