"""Kaggle's Sartorius cell segmentation: a CSV with a row for each instance, and pictures called `<id>.png`.

Columns: id, annotation (run lengths), width, height; cell_type, the category, and sample_id, the group, where there are
such.  Other contests call the first two ImageId and EncodedPixels; where they tell no sizes, these are read.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from maskline.contract.errors import InvalidInput
from maskline.contract.kind.mapping import usual
from maskline.contract.picture.file import MAX_PIXELS, opened, require_size
from maskline.pictures.exchange.config import Order, PictureImport
from maskline.pictures.exchange.formats.documents.collection import Collection, Instance
from maskline.pictures.exchange.formats.documents.document import Document
from maskline.pictures.exchange.formats.documents.source import Source
from maskline.pictures.exchange.formats.run_lengths import parse

COLUMNS = {"imageid": "id", "encodedpixels": "annotation"}
"""What other contests call columns, in small letters, and what Sartorius does."""
TYPE = "cell_type"
FRACTION = re.compile(r"\.0+$")
"""What is written behind whole numbers by programs that take them for fractions."""


@dataclass(frozen=True)
class Row:
    """One row of a table.  number: of its line, from 1.  cells: by column."""

    number: int
    cells: Mapping[str, str]


def found(source: Source) -> bool:
    """Say whether there is a table of run lengths."""
    return bool(_tables(source))


def read(source: Source, config: PictureImport, problems: list[str], remarks: list[str]) -> list[Document]:
    """Return the pictures that the tables name.  Raises InvalidInput where there is no table."""
    tables = {path: _rows(source.read(path), source.where(path)) for path in _tables(source)}
    if not tables:
        raise InvalidInput(f"{source.name} holds no .csv with columns id and annotation")
    collection, places = Collection(), _places(source)
    names, taken = set[str](), set[str]()
    for path, rows in tables.items():
        split = source.split_of(PurePosixPath(path).with_suffix("").as_posix(), config.split)
        category = "" if TYPE in rows[0].cells else usual(config, config.category, "run lengths")
        table = Table(source, source.where(path), config.rle_order, category, places)
        pictures: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            names.add(row.cells.get(TYPE, category))
            pictures[row.cells["id"]].append(row)
        for key, own in pictures.items():
            table.add(collection, split, key, own)
        taken |= table.taken
        problems += table.problems
        remarks += table.remarks()
    left = Counter(path.rpartition("/")[0] for path in source.shown if path not in taken)
    remarks += [
        f"{source.name}: {count} pictures in {folder or 'the folder itself'} are in no table, so they have no labels, "
        "and are left out: `maskline predict` finds instances in them"
        for folder, count in sorted(left.items())
    ]
    return collection.documents(source, sorted(names - {""}))


@dataclass
class Table:
    """One table as its rows are read: what is wrong is told row by row, what is odd counted.

    category: of its instances, if it has no column of such.  places: of pictures, by id.
    """

    source: Source
    where: str
    order: Order
    category: str
    places: Mapping[str, Sequence[str]]
    problems: list[str] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    """Lines without run lengths."""
    mixed: list[str] = field(default_factory=list)
    """Pictures with several categories."""
    taken: set[str] = field(default_factory=set)
    """Where the pictures are."""

    def add(self, collection: Collection, split: str, key: str, rows: Sequence[Row]) -> None:
        """Add a picture and its instances to the collection, unless its size cannot be told."""
        try:
            place = self._place(key)
            self.taken.add(place)
            width, height = self._size(place, rows)
        except InvalidInput as fault:
            self.problems.append(f"{self.where}: {key}: {fault}")
            return
        instances = list[Instance]()
        for row in rows:
            if not row.cells["annotation"]:
                self.empty.append(row.number)
                continue
            try:
                mask = parse(row.cells["annotation"], height, width, self.order)
            except InvalidInput as fault:
                self.problems.append(f"{self.where}: line {row.number} ({key}): {fault}")
                continue
            category = row.cells.get(TYPE, self.category)
            if not category:
                self.problems.append(f"{self.where}: line {row.number} ({key}): its {TYPE} is empty")
                continue
            instances.append({"category": category, "segmentation": mask})
        if len({instance["category"] for instance in instances}) > 1:
            self.mixed.append(key)
        image = {"file_name": place, "width": width, "height": height}
        groups = sorted({row.cells["sample_id"] for row in rows if row.cells.get("sample_id")})
        collection.add(split, image | ({"group": groups[0]} if groups else {}), instances)

    def remarks(self) -> list[str]:
        """Return what is odd."""
        told = []
        if self.empty:
            told.append(f"{self.where}: {len(self.empty)} rows have no run lengths, the first in line {self.empty[0]}")
        if self.mixed:
            told.append(f"{self.where}: {len(self.mixed)} pictures hold several cell types, first {self.mixed[0]}")
        return told

    def _place(self, key: str) -> str:
        """Return where the picture is: of several that are called so the one in the folder that is called as the table.

        Raises InvalidInput where there is none, or no saying which.
        """
        every = self.places.get(key, [])
        named = [place for place in every if PurePosixPath(place).parent.name == PurePosixPath(self.where).stem]
        places = named or every
        if len(places) != 1:
            raise InvalidInput(
                f"{len(places)} pictures are called so: {', '.join(places)}" if places else "there is no picture of it"
            )
        return places[0]

    def _size(self, place: str, rows: Sequence[Row]) -> tuple[int, int]:
        """Return width and height as the rows tell them, else as the picture does.  Raises InvalidInput."""
        sizes = {tuple(FRACTION.sub("", row.cells.get(side, "")) for side in ("width", "height")) for row in rows}
        if len(sizes) > 1:
            raise InvalidInput(f"its rows tell several sizes: {', '.join(' x '.join(size) for size in sorted(sizes))}")
        ((width, height),) = sizes
        if width.isdecimal() and height.isdecimal():
            require_size(int(width), int(height), MAX_PIXELS)
            return int(width), int(height)
        if width or height:
            raise InvalidInput(f"its width and height are '{width}' and '{height}': they must be whole numbers")
        with opened(io.BytesIO(self.source.pictures.read(place))) as image:
            return image.width, image.height


def _tables(source: Source) -> list[str]:
    """Return the .csv files that have the columns."""
    return [path for path in source.with_suffix(".csv") if {"id", "annotation"} <= set(_header(source.read(path)))]


def _places(source: Source) -> Mapping[str, Sequence[str]]:
    """Return where pictures are, by their name without suffix and with it: contests' ids are either."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in source.shown:
        name = PurePosixPath(path)
        for key in (name.stem, name.name):
            found[key].append(path)
    return found


def _header(data: bytes) -> list[str]:
    first = data[:4096].decode("utf-8-sig", "replace").splitlines()[:1]
    return [COLUMNS.get(name.strip().lower(), name.strip()) for name in next(csv.reader(first), [])]


def _rows(data: bytes, where: str) -> list[Row]:
    """Return the rows of a table.  Raises InvalidInput for one that is no CSV or has none."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        header = [COLUMNS.get(name.strip().lower(), name.strip()) for name in next(reader)]
        lines = [(reader.line_num, line) for line in reader if line]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise InvalidInput(f"{where} is no CSV in UTF-8: {fault}") from None
    broken = next((number for number, line in lines if len(line) != len(header)), None)
    if broken or not lines:
        raise InvalidInput(
            f"{where}: line {broken} has not {len(header)} cells" if broken else f"{where}: it has no rows"
        )
    return [Row(number, dict(zip(header, map(str.strip, line), strict=True))) for number, line in lines]
