"""Kubeflow's cron expressions: six fields, seconds first, checked before a server sees them.

The server reads them with robfig/cron 1.2: https://pkg.go.dev/github.com/robfig/cron@v1.2.0
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        words = f" or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.low} to {self.high}{words}"


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _DAYS),
)


def check_cron(text: str) -> str:
    """Return a cron expression with single spaces between its fields.  Raises ValueError that names field and rule."""
    words = text.split()
    if len(words) == 5:
        minute, hour = words[:2]
        raise ValueError(
            "these are five fields, as crontab has them; Kubeflow's are six, with the second first: "
            f"'0 {' '.join(words)}' (it would read yours as second {minute}, minute {hour} of other hours)"
        )
    if len(words) != 6:
        raise ValueError(
            f"it has {len(words)} fields; there must be six: second, minute, hour, day of the month, month, day of the "
            "week, e.g. '0 0 3 * * *' for every day at 03:00 of the server's time zone; '@daily', 'TZ=' and the like "
            "are not among them"
        )
    sets = [_values(word, field) for word, field in zip(words, FIELDS, strict=True)]
    if len(sets[0]) > 1:
        raise ValueError(f"second '{words[0]}' starts more than one run in a minute; it must be one number, 0 to 59")
    if words[5] in {"*", "?"} and not any(day <= _LONGEST[month - 1] for month in sets[4] for day in sets[3]):
        raise ValueError(f"no month '{words[4]}' has a day '{words[3]}', so it would never run")
    return " ".join(words)


def _values(word: str, field: _Field) -> set[int]:
    found: set[int] = set()
    for part in word.split(","):
        found |= _range(part, field)
    return found


def _range(part: str, field: _Field) -> set[int]:
    match = re.fullmatch(r"(?:(?P<any>[*?])|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?", part)
    if not match:
        raise ValueError(f"{field.name} '{part}' must be a number, a range a-b, * or a step */n; {field.rule}")
    step = int(match["step"] or 1)
    if not step:
        raise ValueError(f"{field.name} '{part}': a step must be 1 or more")
    low, high = field.low, field.high
    if not match["any"]:
        low = _number(match["low"], field)
        if match["high"]:
            high = _number(match["high"], field)
        elif not match["step"]:
            high = low
    if low > high:
        raise ValueError(f"{field.name} '{part}': the range runs backwards")
    return set(range(low, high + 1, step))


def _number(word: str, field: _Field) -> int:
    if word.upper() in field.names:
        return field.low + field.names.index(word.upper())
    if not word.isascii() or not word.isdigit() or not field.low <= int(word) <= field.high:
        raise ValueError(f"{field.name} '{word}' must be {field.rule}")
    return int(word)
