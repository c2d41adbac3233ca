"""Sketches as an import asks for them: read once, held in memory (some kB each), and handed out sample by sample."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput
from maskline.contract.identity import digest
from maskline.contract.kind.exchange import ImportConfig, Stock, require_nothing_wrong
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE, Sample
from maskline.strokes.exchange.importing.gathering import Found, gather
from maskline.strokes.exchange.importing.mapping import settle
from maskline.strokes.exchange.importing.naming import groups_of, stem_of
from maskline.strokes.exchange.importing.splits import splits_of
from maskline.strokes.sketch import Sketch, to_sample


@dataclass(frozen=True, slots=True)
class Entry:
    """One sketch as the dataset will have it.

    path: of its file.  index: in the dataset, from 0.  stem: its name there.  group: what it must not be parted from.
    """

    sketch: Sketch
    path: str
    index: int
    stem: str
    group: str


class StrokeStock(Stock):
    """The sketches of some files."""

    def __init__(self, config: ImportConfig) -> None:
        """Read the files.  Raises InvalidInput, NotFound."""
        if config.images:
            raise InvalidInput(f"--images {config.images}: sketches have no pictures beside them")
        gathered = gather(config.sources)
        if not gathered.found:
            require_nothing_wrong(gathered.problems)
        self._problems, self._remarks = gathered.problems, gathered.remarks
        names = settle(config, [found.sketch for found in gathered.found], self._problems, self._remarks)
        groups = groups_of(gathered.found)
        splits = splits_of(gathered, groups, config.split, self._problems)
        self._entries: dict[str, list[Entry]] = {}
        if not self._problems:
            renamed = [replace(found, sketch=names.renamed(found.sketch)) for found in gathered.found]
            self._entries = _entries(renamed, groups, splits, self._remarks)
        self.categories = names.table
        self.inputs = {"files": f"sha256:{digest(canonical_json(gathered.contents))}"}
        self.meaning = {"mapping": dict(names.ours), "split": config.split}
        self.splits = {split: len(entries) for split, entries in self._entries.items()}

    def check(self) -> list[str]:
        """Tell what is wrong, and what is odd."""
        require_nothing_wrong(self._problems + _too_many(self._entries))
        return [*self._remarks, *_same(self._entries)]

    def samples(self, split: str, first: int, stop: int) -> Iterator[Sample]:
        """Yield sketches with their labels."""
        for entry in self._entries[split][first:stop]:
            yield to_sample(entry.sketch, entry.index, entry.group, self.categories, entry.stem)


def _entries(
    found: Sequence[Found], groups: Sequence[str], splits: Sequence[str], remarks: list[str]
) -> dict[str, list[Entry]]:
    """Return the sketches of each split, splits by name and sketches as they were found."""
    entries: dict[str, list[Entry]] = {}
    taken, index, ignored = set[str](), 0, 0
    for split in sorted(set(splits) - {""}):
        for one, group, own in zip(found, groups, splits, strict=True):
            if own != split:
                continue
            if not one.sketch.things:
                ignored += 1
                continue
            stem = stem_of(one.sketch.name, index, taken)
            entries.setdefault(split, []).append(Entry(one.sketch, one.path, index, stem, group))
            index += 1
    if ignored:
        remarks.append(f"{ignored} sketches have no object, or only ignored ones, and are left out")
    return entries


def _too_many(entries: dict[str, list[Entry]]) -> list[str]:
    """Tell of sketches with more labels than ids leave room for."""
    counts = [
        (entry, sum(1 + len(thing.parts) for thing in entry.sketch.things)) for own in entries.values() for entry in own
    ]
    return [
        f"{entry.path}: {entry.sketch.name}: it has {count} objects and parts, more than {ANNOTATIONS_PER_IMAGE - 1}"
        for entry, count in counts
        if count >= ANNOTATIONS_PER_IMAGE
    ]


def _same(entries: dict[str, list[Entry]]) -> list[str]:
    """Tell of drawings that are in two splits, one by one, and of those that are in one several times."""
    first: dict[bytes, tuple[str, Entry]] = {}
    lines, repeated = [], 0
    for split, own in entries.items():
        for entry in own:
            other_split, other = first.setdefault(_content(entry.sketch), (split, entry))
            if other_split != split:
                lines.append(f"{split}: {entry.stem} is the same drawing as {other.stem} in split {other_split}")
            repeated += other is not entry and other_split == split
    if repeated:
        lines.append(f"{repeated} drawings are the same as another one of their split")
    return lines


def _content(sketch: Sketch) -> bytes:
    known = hashlib.sha256()
    for stroke in sketch.strokes:
        known.update(len(stroke.points).to_bytes(8) + stroke.points.tobytes())
    return known.digest()
