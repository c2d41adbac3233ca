"""Texts by grammar: `grammar.yaml` says what alternatives a symbol stands for."""

import re
from functools import cache
from importlib import resources

import numpy as np
import yaml

BRACES = re.compile(r"\{(\w+|\d+-\d+)\}")
Parts = list[str]
"""Literal text and symbols, taking turns."""


def expand(symbol: str, rng: np.random.Generator) -> str:
    """Draw a text.  symbol: a name in the grammar, or a span of whole numbers such as 1-99, both ends included."""
    if symbol[0].isdigit():
        least, most = _span(symbol)
        return str(least + int(rng.random() * (most - least + 1)))
    alternatives = grammar()[symbol]
    parts = alternatives[int(rng.random() * len(alternatives))]
    return "".join(expand(part, rng) if index % 2 else part for index, part in enumerate(parts))


def running(least: int, rng: np.random.Generator) -> str:
    """Draw words of a running text, at least so many characters."""
    text = expand("phrase", rng)
    while len(text) < least:
        text += " " + expand("phrase", rng)
    return text


@cache
def grammar() -> dict[str, tuple[Parts, ...]]:
    """Read the grammar: each symbol's alternatives."""
    rules = yaml.safe_load(resources.files(__package__).joinpath("grammar.yaml").read_text("ascii"))
    return {symbol: tuple(BRACES.split(text) for text in rule.split(" | ")) for symbol, rule in rules.items()}


@cache
def _span(symbol: str) -> tuple[int, int]:
    least, most = symbol.split("-")
    return int(least), int(most)
