"""The page's texts: printable ASCII, thousands of them, by the grammar."""

import numpy as np
import pytest

from maskline.molecules.page.grammar import expand, grammar, running


def test_every_symbol_in_braces_is_in_the_grammar() -> None:
    for symbol, alternatives in grammar().items():
        for parts in alternatives:
            assert all(part in grammar() or part[0].isdigit() for part in parts[1::2]), (symbol, parts)
            assert not any(brace in literal for literal in parts[::2] for brace in "{}|"), (symbol, parts)


@pytest.mark.parametrize("symbol", sorted(grammar()))
def test_every_text_is_printable_ascii_without_blank_ends(symbol: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        text = expand(symbol, rng)
        assert text
        assert text == text.strip()
        assert text.isascii()
        assert text.isprintable()


@pytest.mark.parametrize(("symbol", "least"), [("compound_number", 1000), ("caption_line", 3000), ("phrase", 800)])
def test_texts_differ(symbol: str, least: int) -> None:
    rng = np.random.default_rng(0)
    assert len({expand(symbol, rng) for _ in range(6000)}) > least


def test_a_span_holds_both_its_ends_and_nothing_beyond() -> None:
    rng = np.random.default_rng(0)
    assert {expand("3-5", rng) for _ in range(100)} == {"3", "4", "5"}


def test_running_text_is_as_long_as_asked() -> None:
    assert len(running(80, np.random.default_rng(0))) >= 80
