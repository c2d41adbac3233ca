"""Parameter sets: those of this package, those that installed packages bring, and files."""

from pathlib import Path

import pytest

from maskline.contract.errors import InvalidInput
from maskline.pipelines.commands.parameters import parameter_set


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package that brings two sets: what a wheel would leave."""
    about, sets = tmp_path / "plants-1.dist-info", tmp_path / "plants_parts/parameters"
    about.mkdir()
    sets.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: plants\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[maskline.parameters]\nplants = plants_parts\n")
    (sets.parent / "__init__.py").write_text("")
    (sets / "plants-demo.yaml").write_text("domain: plants\ndraw_samples: 7\n")
    (sets / "demo.yaml").write_text("domain: plants\n")
    (sets / "README.md").write_text("about them")
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_package_brings_sets_of_its_own_but_none_in_place_of_ours() -> None:
    assert parameter_set("plants-demo") == {"domain": "plants", "draw_samples": 7}
    assert parameter_set("demo")["domain"] != "plants"


def test_a_set_that_is_not_there_is_told_with_all_that_are() -> None:
    with pytest.raises(
        InvalidInput, match=r"no parameter set 'x'; there are: cells-demo, demo, demo-warm, plants-demo, .*or a \.yaml"
    ):
        parameter_set("x")


def test_a_file_is_a_set(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("seed: 3")
    assert parameter_set(str(tmp_path / "mine.yaml")) == {"seed": 3}
