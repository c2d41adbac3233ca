"""Which class each instance of a volume is of, by a .csv with the columns `instance` and `class`."""

import csv
from pathlib import Path

from maskline.contract.errors import InvalidInput

COLUMNS = ("instance", "class")


def read_classes(path: Path) -> dict[int, str]:
    """Return the name of each instance's class.  Raises InvalidInput with all that is wrong, a line each."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not set(COLUMNS) <= set(rows.fieldnames or ()):
                told = ", ".join(rows.fieldnames or ()) or "none"
                raise InvalidInput(f"{path}: it has the columns {told}, it must have {' and '.join(COLUMNS)}")
            return _read(path, rows)
    except (UnicodeDecodeError, csv.Error) as fault:
        raise InvalidInput(f"{path} cannot be read as .csv: {fault}") from None


def _read(path: Path, rows: "csv.DictReader[str]") -> dict[int, str]:
    names: dict[int, str] = {}
    problems = []
    for row in rows:
        number, name = (str(row[column] or "").strip() for column in COLUMNS)
        where = f"{path}, line {rows.line_num}"
        if not number.isdecimal() or not int(number):
            problems.append(f"{where}: instance = '{number}', it must be a whole number from 1 on")
        elif not name:
            problems.append(f"{where}: instance {number} has no class")
        elif names.setdefault(int(number), name) != name:
            problems.append(f"{where}: instance {number} is a {name}, and a {names[int(number)]} above")
    if problems:
        raise InvalidInput("\n".join(problems))
    return names
