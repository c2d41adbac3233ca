"""Columns of text, and the numbers in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ZYX = ("z", "y", "x")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a text file.

    path: the file's.  columns: their names.  rows: the fields of each.  lines: the number of each, from 1.
    """

    path: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def first_of(self, names: Sequence[str]) -> str | None:
        """Return the first of some names that is a column's."""
        return next((name for name in names if name in self.columns), None)

    def texts(self, column: str) -> list[str]:
        """Return a column."""
        place = self.columns.index(column)
        return [row[place] for row in self.rows]

    def numbers(self, column: str, problems: list[str]) -> NDArray[np.float64]:
        """Return a column's numbers; one that is none, or not finite, is a problem and becomes 0."""
        values = np.zeros(len(self.rows))
        for place, text in enumerate(self.texts(column)):
            try:
                values[place] = float(text)
            except ValueError:
                values[place] = np.nan
            if not np.isfinite(values[place]):
                problems.append(f"{self.path}, line {self.lines[place]}: {column} = {text!r}, it must be a number")
                values[place] = 0
        return values

    def whole_numbers(self, column: str, problems: list[str]) -> NDArray[np.int64]:
        """Return a column's numbers; one that is not whole is a problem."""
        values = self.numbers(column, problems)
        for place in np.flatnonzero((values != np.floor(values)) | (np.abs(values) > 2**53)).tolist():
            text = self.texts(column)[place]
            problems.append(f"{self.path}, line {self.lines[place]}: {column} = {text!r}, it must be a whole number")
            values[place] = 0
        return values.astype(np.int64)


def rows_of(path: str, columns: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], problems: list[str]) -> Table:
    """Return a table of rows with their line numbers; a row of more or fewer fields is a problem."""
    whole = [(line, row) for line, row in rows if len(row) == len(columns)]
    problems += [
        f"{path}, line {line}: it has {len(row)} fields, it must have {len(columns)}: {', '.join(columns)}"
        for line, row in rows
        if len(row) != len(columns)
    ]
    return Table(path, columns, [row for _, row in whole], [line for line, _ in whole])
