"""How a form asks for a training: a preset of the kind, with the form's fields laid over it."""

from collections.abc import Mapping
from typing import Any

from maskline.contract.config import load_preset, merge, parse
from maskline.contract.kind.training import Training, TrainingConfig


def configure(kind: Training, preset: str, steps: int, seed: int, overrides: Mapping[str, Any]) -> TrainingConfig:
    """Return a preset of the kind with the form's fields laid over it.

    steps: 0 keeps the preset's number.  overrides: fields of the kind's config; they win over everything.
    Raises InvalidInput for a preset, field or value that does not exist or does not fit.
    """
    form = {"name": preset, "seed": seed} | ({"steps": steps} if steps else {})
    values = merge(merge(load_preset(kind.presets, preset, "train preset"), form), overrides)
    return parse(kind.training_config, values, f"train preset '{preset}'")
