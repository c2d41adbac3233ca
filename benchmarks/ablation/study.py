"""What a study compares: a file of a few lines in studies/."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from maskline.contract.config import Config, parse
from maskline.render.config import RenderConfig

STUDIES = Path(__file__).parent / "studies"


class Row(Config):
    """One trial."""

    name: str = Field(min_length=1)
    train: dict[str, Any] = Field(default={}, description="fields laid over those of the training so far")
    predict: dict[str, Any] = Field(default={}, description="fields laid over those of the prediction so far")


class Study(Config):
    """Trials on one drawn dataset; the first is the one that others are measured against."""

    render: RenderConfig
    preset: str = Field(description="of training")
    minutes: float = Field(gt=0, description="CPU minutes of all processes that each training takes")
    additive: bool = Field(description="a row that is better than all before stays for those that follow")
    rows: tuple[Row, ...] = Field(min_length=1)


def read(name: str) -> Study:
    """Return the study of a name, or in a file.  Raises InvalidInput where it is not one."""
    path = Path(name) if name.endswith(".yaml") else STUDIES / f"{name}.yaml"
    return parse(Study, yaml.safe_load(path.read_text("utf-8")), str(path))
