"""A pipeline whose description tells what each field of its form takes.

Kubeflow's UI shows names and defaults in its form, by alphabet, and no descriptions; it shows the pipeline's own
description, as Markdown, in its list and under "Show summary" (seen on Kubeflow Pipelines 2.17.0).
"""

import re
from collections.abc import Callable
from typing import Any

from kfp import dsl

_FIELD = re.compile(r"^ {8}(?P<name>\w+): (?P<text>.+)$", re.MULTILINE)


def form(name: str, display_name: str, description: str) -> Callable[[Callable[..., None]], Any]:
    """Declare a pipeline, as `dsl.pipeline` does.  description: what it does; the fields' own, from `Args:`, follow."""

    def declare(function: Callable[..., None]) -> Any:
        fields = [f"- `{field['name']}`: {field['text']}" for field in _FIELD.finditer(function.__doc__ or "")]
        told = "\n".join([description, "", "The fields of its form:", "", *fields])
        return dsl.pipeline(name=name, display_name=display_name, description=told)(function)

    return declare
