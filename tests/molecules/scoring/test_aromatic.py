"""Aromatic bonds read as they are drawn."""

from collections.abc import Callable
from typing import Any

import pytest

from maskline.contract.coco.average_precision import average_precision
from maskline.contract.domain import load_domain
from maskline.molecules.categories import AROMATIC, ATOM, DOUBLE, SINGLE, TABLE
from maskline.molecules.scoring.aromatic import aromatic_as_drawn

Entry = dict[str, Any]
NAMES = {category.id: category.name for category in TABLE.categories}
UPPER, LOWER = (10, 10, 50, 2), (10, 30, 50, 2)


def read(document: Entry, *results: Entry) -> list[str]:
    return [NAMES[result["category_id"]] for result in aromatic_as_drawn(document, results)]


@pytest.mark.parametrize("field", ["aromatic", "rdkit_aromatic"])
@pytest.mark.parametrize("drawn", [SINGLE, DOUBLE, AROMATIC])
def test_an_aromatic_bond_may_be_called_so_however_it_is_drawn(
    mark: Callable[..., Entry], document: Callable[..., Entry], field: str, drawn: str
) -> None:
    truth = document(mark(drawn, UPPER, **{field: True}), mark(DOUBLE if drawn == SINGLE else SINGLE, LOWER))
    assert read(truth, mark(AROMATIC, UPPER)) == [drawn]


def test_what_is_not_aromatic_is_not_to_be_called_so(
    mark: Callable[..., Entry], document: Callable[..., Entry]
) -> None:
    plain = document(mark(SINGLE, UPPER, aromatic=False), mark(DOUBLE, LOWER, rdkit_aromatic=False))
    assert read(plain, mark(AROMATIC, UPPER), mark(AROMATIC, LOWER)) == [AROMATIC, AROMATIC]
    beside = document(mark(SINGLE, UPPER, aromatic=True), mark(ATOM, LOWER), images=2)
    assert read(beside, mark(AROMATIC, LOWER), mark(AROMATIC, UPPER, image_id=2)) == [AROMATIC, AROMATIC]


def test_the_bond_that_is_covered_best_decides(mark: Callable[..., Entry], document: Callable[..., Entry]) -> None:
    truth = document(mark(SINGLE, (10, 10, 30, 2), aromatic=True), mark(DOUBLE, (40, 10, 30, 2), aromatic=False))
    assert read(truth, mark(AROMATIC, (12, 10, 40, 2)), mark(AROMATIC, (30, 10, 40, 2))) == [SINGLE, AROMATIC]
    assert read(truth, mark(AROMATIC, (39, 0, 1, 11))) == [SINGLE]  # one pixel will do


def test_other_classes_and_the_results_given_stay_as_they_are(
    mark: Callable[..., Entry], document: Callable[..., Entry]
) -> None:
    truth, given = document(mark(SINGLE, UPPER, aromatic=True)), [mark(DOUBLE, UPPER), mark(AROMATIC, UPPER)]
    assert read(truth, *given) == [DOUBLE, SINGLE]
    assert [NAMES[result["category_id"]] for result in given] == [DOUBLE, AROMATIC]


def test_average_precision_rises_by_what_was_renamed(
    mark: Callable[..., Entry], document: Callable[..., Entry]
) -> None:
    truth = document(
        mark(SINGLE, UPPER, aromatic=True, id=1, bbox=UPPER, area=100),
        mark(SINGLE, LOWER, aromatic=False, id=2, bbox=LOWER, area=100),
    )
    results = [mark(AROMATIC, UPPER), mark(AROMATIC, LOWER)]
    reading = load_domain("maskline.evaluate", "molecules").readings["aromatic_as_drawn"]
    plain, drawn = (average_precision(truth, given, "segm", 100) for given in (results, reading(truth, results)))
    assert plain.per_class[SINGLE].ap50 == 0
    assert drawn.per_class[SINGLE].ap50 == pytest.approx(51 / 101)  # one of two found: precision 1 up to recall .5
