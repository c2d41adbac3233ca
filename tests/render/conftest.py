"""A kind of record as small as import and export know one: lines of text, `<split> <class>`, with * behind a crowd."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskline.contract.artifact import Artifact
from maskline.contract.categories import Category, CategoryTable
from maskline.contract.identity import digest
from maskline.contract.kind.exchange import Exchange, ExportConfig, ImportConfig, Stock, require_nothing_wrong
from maskline.contract.kind.records import Records
from maskline.contract.shard import Dataset, Sample, annotation_id, image_id
from maskline.contract.store.directory import DirectoryStore
from maskline.render.importing.stage import run

RECORD = "lines/1"
WORDS = CategoryTable(
    domain="words",
    policy="plain",
    categories=(Category(id=1, name="low", colour="#ff0000"), Category(id=2, name="high", colour="#0000ff")),
)


class LineExport(ExportConfig):
    """One field more than every kind has."""

    end: str = "\n"


class LineStock(Stock):
    """The lines of one file."""

    def __init__(self, kind: "Lines", config: ImportConfig) -> None:
        text = Path(config.sources[0]).read_text("utf-8")
        self._kind, self._lines = kind, sorted(line.split() for line in text.splitlines())
        self.categories, self.meaning = config.table or WORDS, {"case": "kept"}
        self.inputs = {"lines": f"sha256:{digest(text.encode())}"}
        splits = [split for split, _ in self._lines]
        self.splits = {split: splits.count(split) for split in dict.fromkeys(splits)}

    def check(self) -> list[str]:
        known = {*WORDS.names, *(f"{name}*" for name in WORDS.names)}
        require_nothing_wrong([f"there is no {word}" for _, word in self._lines if word not in known])
        return [f"{word} is a crowd" for _, word in self._lines if word.endswith("*")]

    def samples(self, split: str, first: int, stop: int) -> Iterator[Sample]:
        own = [(number, word) for number, (name, word) in enumerate(self._lines) if name == split]
        return (self._kind.read(number, word) for number, word in own[first:stop])


class Lines(Exchange, Records):
    """The kind, and a file of lines."""

    modules = ("maskline.contract.kind",)
    libraries = ()
    layouts = ("list", "table")
    export_config = LineExport

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, number: int, word: str) -> Sample:
        crowd: dict[str, Any] = {"iscrowd": 1} if word.endswith("*") else {}
        label = {"id": annotation_id(number, 0), "image_id": image_id(number), "category_id": 1 + ("high" in word)}
        record = {"id": image_id(number), "file_name": f"{number}.txt", "group": word}
        return Sample(str(number), {"txt": word.encode()}, record, [label | crowd])

    def take_stock(self, config: ImportConfig) -> Stock:
        return LineStock(self, config)

    def export(self, dataset: Dataset, folder: Path, config: ExportConfig) -> list[str]:
        assert isinstance(config, LineExport)
        samples = [s for split in dataset.splits for shard in dataset.shards(split) for s in dataset.samples(shard)]
        lines = "".join(sample.members["txt"].decode() + config.end for sample in samples)
        (folder / f"{config.layout}.txt").write_text(lines, "utf-8")
        return ["splits cannot be told in a list"] if config.layout == "list" else []

    def painted(self, sample: Sample, categories: CategoryTable) -> Any:
        shade = 10 * len(sample.members["txt"])
        return np.full((8, 8), shade, np.uint8), np.full((8, 8, 3), len(categories.categories), np.uint8)

    def imported(self, store: DirectoryStore, *lines: str) -> Artifact:
        """Write the lines, and import them."""
        self.path.write_text("\n".join(lines), "utf-8")
        return run(ImportConfig(sources=(str(self.path),), name="words", record=RECORD), store)


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """The kind, known to all who ask."""
    kind = Lines(tmp_path / "lines.txt")
    for part in ("exchange", "records"):
        monkeypatch.setattr(f"maskline.contract.kind.{part}.load_kind", lambda _, record: {RECORD: kind}[record])
    return kind
