"""Domains are found through entry points; unknown ones are answered with the known ones."""

import pytest

from maskline.contract.domain import load_domain
from maskline.contract.errors import InvalidInput


def test_an_unknown_domain_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        InvalidInput, match=r"domain 'plants' does not exist for maskline\.render \(there are: .*molecules"
    ):
        load_domain("maskline.render", "plants")


def test_molecules_draw() -> None:
    assert load_domain("maskline.render", "molecules").name == "molecules"
