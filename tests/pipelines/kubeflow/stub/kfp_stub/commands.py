"""What the fixtures that run commands look like."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from typer.testing import Result


class Command(Protocol):
    """Run a command against the server."""

    def __call__(self, *words: str | Path) -> Result: ...


class Apply(Protocol):
    """Write a schedule file and apply it."""

    def __call__(self, *schedules: Mapping[str, object]) -> Result: ...
