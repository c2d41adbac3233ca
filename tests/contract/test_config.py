"""Config errors name the field, the value and the rule; merging and canonical JSON do what they say."""

import pytest
from pydantic import Field

from maskline.contract.config import Config, canonical_json, load_preset, merge, parse
from maskline.contract.errors import InvalidInput


class Inner(Config):
    """A nested section."""

    rate: float = Field(gt=0)


class Outer(Config):
    """A config with a section."""

    steps: int = Field(gt=0)
    inner: Inner


RIGHT = {"steps": 1, "inner": {"rate": 0.5}}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({**RIGHT, "steps": 0}, r"^preset x: steps = 0: Input should be greater than 0$"),
        ({**RIGHT, "steps": "many"}, r"steps = 'many': Input should be a valid integer"),
        ({**RIGHT, "inner": {"rate": -1}}, r"inner\.rate = -1: Input should be greater than 0"),
        ({**RIGHT, "inner": {"rate": float("nan")}}, r"inner\.rate = nan: Input should be"),
        ({**RIGHT, "stepz": 1}, r"unknown field 'stepz' \(known: steps, inner\)"),
        ({"inner": {"rate": 1}}, r"field 'steps' is missing"),
        ({"steps": 0, "inner": {"rate": 0}}, r"steps = 0: .* \(and 1 more\)$"),
    ],
)
def test_an_error_names_field_value_and_rule(values: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse(Outer, values, "preset x")


def test_overrides_win_field_by_field() -> None:
    values = {"a": {"b": 1, "c": 2}, "d": [1, 2]}
    assert merge(values, {"a": {"b": 9}, "d": [3]}) == {"a": {"b": 9, "c": 2}, "d": [3]}
    assert values == {"a": {"b": 1, "c": 2}, "d": [1, 2]}


def test_canonical_json_is_one_spelling() -> None:
    assert canonical_json({"b": 1.0, "a": ["ü", None]}) == '{"a":["ü",null],"b":1.0}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json(float("nan"))


def test_an_unknown_preset_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        InvalidInput, match=r"draw preset 'none' does not exist in maskline\.molecules \(there are: .*demo"
    ):
        load_preset("maskline.molecules", "none", "draw preset")
