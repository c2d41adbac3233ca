"""Which published model predicts files of this machine where none is named: what the files are decides."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from maskline.contract.artifact import Manifest, place, seal
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.errors import InvalidInput
from maskline.contract.store.directory import DirectoryStore
from maskline.pipelines.command_line import app
from maskline.predict.direct import published_for

TABLE = CategoryTable(domain="marks", policy="1", categories=(Category(id=1, name="dot", colour="#102030"),))
KIND = """
from maskline.contract.kind.prediction import Prediction

class Marks(Prediction):
    modules, libraries = (), ()

    def takes(self, path):
        return path.suffix == ".marks"

prediction = Marks()
"""


def install(site: Path, groups: str) -> None:
    """Leave what a wheel would: a kind, and a model of that kind under the word `a-marks`."""
    about = site / "marks-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: marks\nVersion: 1\n")
    (about / "entry_points.txt").write_text(groups)
    (site / "marks_kind.py").write_text(KIND)
    (site / "marks_shelf").mkdir()
    (site / "marks_shelf/__init__.py").write_text("")
    store = DirectoryStore(site / "marks_shelf")
    told = {"config": {}, "inputs": {}, "figures": {}, "files": {}, "stage": "train", "id": "0" * 12, "name": "tiny"}
    manifest = Manifest.model_validate({"kind": "checkpoint", "record": "marks/1", "categories": TABLE, **told})
    assert seal(store, manifest).manifest.prefix == place("checkpoint", "tiny", "0" * 12)


PUBLISHED = "[maskline.published]\na-marks = marks_shelf\n"
BOTH = f"[maskline.kind]\nmarks/1 = marks_kind\n{PUBLISHED}"


@pytest.mark.parametrize(
    ("named", "word"),
    [
        (["a.marks"], "a-marks"),
        (["a.marks", "folder/b.marks"], "a-marks"),
        (["a.marks", "b.png"], "published"),
        (["a.png"], "published"),
        (["folder"], "published"),
    ],
)
def test_a_kinds_model_is_taken_if_it_takes_all_that_is_named(
    named: list[str], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", BOTH)
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert published_for([Path(name) for name in named]) == word


def test_a_kind_that_takes_files_without_a_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "[maskline.kind]\nmarks/1 = marks_kind\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(InvalidInput, match=r"a\.marks: no model of records of kind 'marks/1' comes along"):
        published_for([Path("a.marks")])


def test_a_model_whose_kind_is_not_installed_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", PUBLISHED)
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert published_for([Path("a.marks")]) == "published"


def test_the_command_asks_the_kind_of_the_model_that_takes_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", BOTH)
    monkeypatch.syspath_prepend(tmp_path / "site")
    out = ["--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["predict", "a.marks", *out])
    told = f"error: a.marks: records of this kind are predicted from datasets only; nothing is left in {out[1]}\n"
    assert (done.exit_code, done.stderr) == (1, told)
    named = CliRunner().invoke(app, ["predict", "gone.marks", "--checkpoint", "published", *out])
    assert named.stderr.startswith("error: gone.marks does not exist: it must be a picture")
