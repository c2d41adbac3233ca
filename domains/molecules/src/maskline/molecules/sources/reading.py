"""SMILES sources: the two collections that registry packages carry, or any text file.  Reading them needs no RDKit."""

import csv
import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from maskline.contract.errors import InvalidInput
from maskline.contract.store import read_uri

GZIP_MAGIC = b"\x1f\x8b"
TABLE_DELIMITERS = {".csv": ",", ".tsv": "\t"}
CHEMICALS_COLUMN = 4
INCHIKEY_BLOCK = 14
EXTENSION = "|"
"""Begins and ends what CXSMILES says beyond SMILES."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One SMILES and the line of its source it stands on (from 1)."""

    line: int
    smiles: str


def read_source(name: str) -> bytes:
    """Return the bytes of a source: `chemicals`, `nci`, or a path or URI.  Raises NotFound, InvalidInput."""
    if name == "chemicals":
        return _in_package("chemicals", "Identifiers/chemical identifiers pubchem large.tsv").read_bytes()
    if name == "nci":
        return _in_package("rdkit", "Data/NCI/first_5K.smi").read_bytes()
    return read_uri(name)


def entries(name: str, column: str, data: bytes) -> list[Entry]:
    """Return what a source holds, in its order; blank lines are left out.

    .csv and .tsv files have a header, and `column` names the one to read; of any other file every line is one.  What
    CXSMILES adds (`SMILES |...| name`) belongs to an entry, a name behind it does not.
    Raises InvalidInput if the file is not text, the column is not there, or nothing is in it.
    """
    lines = _text(name, data).splitlines()
    if name == "chemicals":
        found = [Entry(number, line.split("\t")[CHEMICALS_COLUMN]) for number, line in enumerate(lines, 1)]
    elif (delimiter := TABLE_DELIMITERS.get(_suffix(name))) is not None:
        found = _column(name, column, csv.reader(lines, delimiter=delimiter))
    else:
        found = [Entry(number, _without_name(line)) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise InvalidInput(f"source '{name}' holds no line of SMILES")
    return found


def excluded_blocks(name: str, data: bytes) -> frozenset[str]:
    """Return the first blocks of the InChIKeys in a file that has one key or block a line.  Raises InvalidInput."""
    blocks = set()
    for number, line in enumerate(_text(name, data).splitlines(), 1):
        block = line.strip().split("-")[0]
        if block and not (len(block) == INCHIKEY_BLOCK and block.isalpha() and block.isupper()):
            raise InvalidInput(f"exclude '{name}', line {number}: '{block}' is no InChIKey's first block (14 capitals)")
        blocks.add(block)
    return frozenset(blocks - {""})


def _in_package(package: str, path: str) -> Path:
    """Find a data file of an installed package without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise InvalidInput(f"source '{package}' needs the package {package}, which is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / path


def _suffix(name: str) -> str:
    return Path(name.removesuffix(".gz")).suffix.lower()


def _text(name: str, data: bytes) -> str:
    try:
        return (gzip.decompress(data) if data.startswith(GZIP_MAGIC) else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as fault:
        raise InvalidInput(f"'{name}' is a damaged gzip file: {fault}") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"'{name}' is no UTF-8 text file") from None


def _column(name: str, column: str, rows: Iterable[list[str]]) -> list[Entry]:
    header, *body = list(rows) or [[]]
    names = [cell.strip() for cell in header]
    if column not in names:
        raise InvalidInput(f"source '{name}' has no column '{column}' (there are: {', '.join(names) or 'none'})")
    at = names.index(column)
    cells = ((line, row[at].strip()) for line, row in enumerate(body, 2) if len(row) > at)
    return [Entry(line, _without_name(cell)) for line, cell in cells if cell]


def _without_name(text: str) -> str:
    """Return `SMILES` or `SMILES |extension|`; with an extension that does not end all of it, for RDKit to refuse."""
    smiles, *rest = text.split(maxsplit=1)
    if not rest or not rest[0].startswith(EXTENSION):
        return smiles
    extension, closed, _ = rest[0].removeprefix(EXTENSION).partition(EXTENSION)
    return f"{smiles} {EXTENSION}{extension}{EXTENSION}" if closed else text.strip()
