"""The one kind of condition that the compiled pipelines hold: a parameter compared with a constant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maskline.pipelines.errors import UnsupportedFeature

_FORM = re.compile(r"inputs\.parameter_values\['(?P<name>[^']+)'\]\s*(?P<operator>==|!=)\s*'(?P<text>[^'\\]*)'")


@dataclass(frozen=True)
class Condition:
    """Whether the parameter `name` is, or is not, the text `text`."""

    name: str
    equal: bool
    text: str

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Say whether the condition holds for these parameter values."""
        return bool(values[self.name] == self.text) is self.equal


def parse(expression: str, where: str) -> Condition:
    """Read KFP's text of a condition.  Raises UnsupportedFeature for any other form."""
    match = _FORM.fullmatch(expression.strip())
    if not match:
        raise UnsupportedFeature(
            f"{where}: the condition {expression!r} cannot be run locally; only <parameter> ==|!= <text> can"
        )
    return Condition(match["name"], match["operator"] == "==", match["text"])
