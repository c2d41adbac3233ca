"""What is small, thin or crossing: which instances are meant, and what was found of them."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from maskline.contract.coco import rle
from maskline.contract.domain import Measures
from maskline.contract.shard import Sample
from maskline.molecules.categories import ATOM, DASH, DOUBLE, SINGLE, TABLE
from maskline.molecules.scoring.crossings import CROSSING, OTHER
from maskline.molecules.scoring.matching import matched
from maskline.molecules.scoring.scorer import scorer

Entry = dict[str, Any]
Make = Callable[..., Entry]
LEVEL, UPRIGHT, ASIDE = (10, 20, 40, 2), (30, 5, 2, 40), (70, 20, 40, 2)


def table(name: str, truth: Entry, *results: Entry) -> Measures:
    return scorer.score(truth, results)[name]


def dashes(count: int, x: int = 10, y: int = 10) -> list[tuple[int, int, int, int]]:
    return [(x + 4 * number, y, 2, 6) for number in range(count)]


def test_hashed_wedges_are_counted_by_their_dashes(mark: Make, document: Make) -> None:
    wedges = [dashes(count, y=8 * row) for row, count in enumerate((2, 3, 4, 8, 12))]
    truth = document(*(mark(DASH, *boxes) for boxes in wedges), mark(SINGLE, ASIDE))
    named_otherwise, half = mark(DOUBLE, *wedges[2]), mark(DASH, *wedges[3][:3])
    rows = table("hashed_wedges", truth, mark(DASH, *wedges[1], score=0.1), named_otherwise, half).rows
    assert [row["truths"] for row in rows.values()] == [2, 1, 1, 1]
    assert [row["found"] for row in rows.values()] == [1, 0, 0, 0]
    assert [row["recall"] for row in rows.values()] == [0.5, 0, 0, 0]
    assert [row["recall of any class"] for row in rows.values()] == [0.5, 1, 0, 0]


def test_bonds_that_cross_are_told_from_bonds_that_meet(mark: Make, document: Make) -> None:
    """A cross, a corner at its left end, a bond that ends in the middle of another, and one elsewhere."""
    corner, ending = (10, 20, 2, 24), (40, 22, 2, 20)
    truth = document(*(mark(SINGLE, box) for box in (LEVEL, UPRIGHT, corner, ending, ASIDE)))
    rows = table("crossing_bonds", truth).rows
    assert (rows[CROSSING]["truths"], rows[OTHER]["truths"]) == (2, 3)
    assert "crossing_bonds" not in scorer.score(document(mark(SINGLE, LEVEL), mark(SINGLE, corner)), [])


def test_a_bond_cut_in_two_where_it_is_crossed_is_not_found(mark: Make, document: Make) -> None:
    truth = document(mark(SINGLE, LEVEL), mark(SINGLE, UPRIGHT), mark(SINGLE, ASIDE))
    left, right = mark(SINGLE, (10, 20, 18, 2), score=0.95), mark(SINGLE, (34, 20, 16, 2), score=0.95)
    whole, aside, stray = mark(SINGLE, UPRIGHT), mark(SINGLE, ASIDE), mark(SINGLE, (80, 50, 30, 2), score=1)
    halves = table("crossing_bonds", truth, left, right, whole, aside, stray).rows
    assert halves[CROSSING]["recall"] == 0.5
    assert halves[CROSSING]["AP50"] == pytest.approx(51 / 101 / 3)  # both halves come before the one that is right
    assert (halves[OTHER]["AP"], halves[OTHER]["recall"]) == (1, 1)  # what lies on paper is no concern of theirs
    both = table("crossing_bonds", truth, mark(SINGLE, LEVEL), whole).rows
    assert (both[CROSSING]["AP"], both[OTHER]["AP"]) == (1, 0)
    misnamed = table("crossing_bonds", truth, mark(DOUBLE, LEVEL), whole).rows
    assert misnamed[CROSSING]["recall"] == 0.5


def test_a_label_found_without_its_hole_is_found_and_its_hole_is_not(mark: Make, document: Make) -> None:
    ring = ((10, 10, 12, 2), (10, 20, 12, 2), (10, 10, 2, 12), (20, 10, 2, 12))
    other = tuple((x + 40, y, w, h) for x, y, w, h in ring)
    truth = document(mark(ATOM, *ring), mark(ATOM, *other), mark(ATOM, (80, 10, 4, 12)))
    filled = (*ring, (12, 12, 8, 8))  # 80 of 144 pixels are right
    rows = table("labels_by_holes", truth, mark(ATOM, *filled), mark(ATOM, *other)).rows
    assert {name: row["truths"] for name, row in rows.items()} == {"0 holes": 1, "1 hole": 2, "2 holes or more": 0}
    assert (rows["1 hole"]["recall"], rows["1 hole"]["holes kept"]) == (1, 0.5)
    assert (rows["0 holes"]["recall"], rows["0 holes"]["holes kept"]) == (0, None)
    assert rows["2 holes or more"]["AP"] is None


def test_crowds_are_nobodys_to_find(mark: Make, document: Make) -> None:
    truth = document(mark(SINGLE, LEVEL), mark(SINGLE, UPRIGHT, iscrowd=1), mark(DASH, *dashes(4), iscrowd=1))
    assert set(scorer.score(truth, [])) == {"within_tolerance"}


def test_a_result_is_paired_once_with_the_instance_it_agrees_with_best() -> None:
    agreement = np.array([[0.6, 0.9, 0.0], [0.7, 0.8, 0.0], [0.9, 0.0, 0.0]])
    assert matched(agreement).tolist() == [1, 0, -1]


@pytest.mark.parametrize("smiles", ["C1C2CC3CC1CC(C2)C3", "C1N2CN3CN1CP(C2)C3", "CC1(C)C2CCC1(C)C(O)C2", "CC1CCCCC1O"])
def test_crossings_seen_in_masks_are_those_of_bonds_without_a_common_atom(
    draw: Callable[..., Sample], smiles: str
) -> None:
    sample = draw(smiles)
    bonds = [entry for entry in sample.annotations if "end_points" in entry]
    masks = {id(bond): rle.decode(bond["segmentation"]) for bond in bonds}
    apart = [(one, other) for one, other in combinations(bonds, 2) if not set(one["atoms"]) & set(other["atoms"])]
    crossing = {id(bond) for pair in apart if (masks[id(pair[0])] & masks[id(pair[1])]).any() for bond in pair}
    truth = {"images": [sample.image], "annotations": sample.annotations, "categories": TABLE.coco()}
    tables = scorer.score(truth, [])
    assert (tables["crossing_bonds"].rows[CROSSING]["truths"] if crossing else 0) == len(crossing)
    assert bool(crossing) == ("crossing_bonds" in tables)
