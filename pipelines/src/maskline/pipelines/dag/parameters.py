"""The values of a run's parameters: what is given, each of its type, or the pipeline's default."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from maskline.contract.config import canonical_json, parse_json
from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag import compiled
from maskline.pipelines.dag.graph import Parameter

_RULES = {
    "STRING": "a text",
    "NUMBER_INTEGER": "a whole number",
    "NUMBER_DOUBLE": "a number",
    "BOOLEAN": "true or false",
    "LIST": "a JSON list",
    "STRUCT": "a JSON object",
}
RETRAIN, NEW_EACH_TIME = "retrain", -1
"""The pipeline, and the seed, with which every run draws new pictures."""


def settle(parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every parameter, of its type.

    Raises InvalidInput for a parameter that the pipeline does not have, a wrong type, or a required one missing.
    """
    unknown = [name for name in given if name not in parameters]
    if unknown:
        alike = get_close_matches(unknown[0], parameters, n=1, cutoff=0.5)
        meant = f" (did you mean {alike[0]}?)" if alike else ""
        raise InvalidInput(f"no parameter '{unknown[0]}'{meant}; there are: {', '.join(sorted(parameters))}")
    missing = [name for name, parameter in parameters.items() if parameter.required and name not in given]
    if missing:
        raise InvalidInput(f"parameter '{missing[0]}' has no default, so it must be given")
    return {
        name: typed(parameter, given[name]) if name in given else parameter.default
        for name, parameter in parameters.items()
    }


def require_form(pipeline: str, values: Mapping[str, Any]) -> None:
    """Raise InvalidInput for values with which some step of a pipeline of ours would fail, as far as they alone tell.

    The places that they name are looked at by the run's first task.  Another's pipeline may mean other things by them.
    """
    from maskline.contract.stage.form import check

    if pipeline not in compiled.names():
        return
    newest = pipeline == RETRAIN and values["seed"] == NEW_EACH_TIME
    check({**values, "seed": 0} if newest else values)


def typed(parameter: Parameter, value: Any) -> Any:
    """Return `value`, from a command line or a YAML file, as the parameter's type.  Raises InvalidInput."""
    fault = InvalidInput(f"parameter {parameter.name} = {value!r}: it must be {_RULES[parameter.type]}")
    try:
        if parameter.type == "STRING" and isinstance(value, dict):
            # `overrides` is text for KFP's form; a file may spell it out
            return json.dumps(value, sort_keys=True, allow_nan=False)
        if parameter.type != "STRING" and isinstance(value, str):
            typed: Any = parse_json(value.strip())
        else:
            typed = value
            canonical_json(typed)  # YAML knows numbers, and other things, that JSON does not
    except (TypeError, ValueError):
        raise fault from None
    kinds = {
        "STRING": str,
        "NUMBER_INTEGER": int,
        "NUMBER_DOUBLE": (int, float),
        "BOOLEAN": bool,
        "LIST": list,
        "STRUCT": dict,
    }
    if not isinstance(typed, kinds[parameter.type]) or (isinstance(typed, bool) and parameter.type != "BOOLEAN"):  # type: ignore[arg-type]
        raise fault
    return float(typed) if parameter.type == "NUMBER_DOUBLE" else typed
