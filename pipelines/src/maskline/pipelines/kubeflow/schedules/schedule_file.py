"""The schedule file: what shall run when, as a person writes it."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, field_validator

from maskline.contract.config import Config, parse
from maskline.contract.errors import InvalidInput
from maskline.pipelines.kubeflow.experiments import check_experiment_name
from maskline.pipelines.kubeflow.schedules.cron import check_cron
from maskline.pipelines.kubeflow.versions import PINNED

NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,98}[A-Za-z0-9])?")
_WHERE = "schedule file"


class Entry(Config):
    """One schedule."""

    name: str = Field(description="what it is called in the list of recurring runs; no two of a file share one")
    pipeline: str = Field(description="name of a pipeline on the server")
    version: str = Field(
        PINNED,
        min_length=1,
        description="pinned: the version of this package, until the file is applied by another; latest: whatever is "
        "newest when a run starts; or the name of a version",
    )
    cron: str = Field(description="six fields, with the second first, in the time zone of the server")
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="values of the pipeline's parameters; those not named keep their defaults"
    )
    experiment: str = Field("maskline", description="where the server keeps its runs; created if it is not there")
    enabled: bool = Field(default=True, strict=True, description="false: it stays on the server, and starts nothing")

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError(
                "it must be 1 to 100 letters, digits, spaces, dots, - and _, and begin and end with the first two"
            )
        return value

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        return check_cron(value)

    @field_validator("experiment")
    @classmethod
    def _experiment(cls, value: str) -> str:
        try:
            return check_experiment_name(value)
        except InvalidInput as error:
            raise ValueError(str(error)) from None


def read_schedules(path: Path) -> list[Entry]:
    """Return the schedules in a file.  Raises InvalidInput naming the schedule and the field at fault."""
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{_WHERE} {path}: {getattr(error, 'strerror', None) or error}") from None
    except yaml.YAMLError as error:
        raise InvalidInput(f"{_WHERE} {path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, list):
        # An empty file is more likely an accident than the wish to remove every schedule.
        raise InvalidInput(f"{_WHERE} {path}: it must hold a list of schedules; [] for none")
    entries = [_entry(value, number, path) for number, value in enumerate(values, start=1)]
    names = [entry.name for entry in entries]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InvalidInput(f"{_WHERE} {path}: two schedules are called '{twice}'")
    return entries


def _entry(value: Any, number: int, path: Path) -> Entry:
    if not isinstance(value, dict):
        raise InvalidInput(f"{_WHERE} {path}: schedule {number} must be a mapping, not {value!r}")
    name = value.get("name")
    return parse(Entry, value, f"{_WHERE} {path}: schedule {number}" + (f" ({name})" if name else ""))
