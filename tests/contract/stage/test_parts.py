"""Work is cut into parts that are each worth a pod, and never into many."""

import pytest

from maskline.contract.errors import InvalidInput
from maskline.contract.stage.parts import MOST, WORTH_S, part_of, parts


@pytest.mark.parametrize(
    ("units", "seconds", "count"),
    [
        (1, 1e9, 1),  # one unit cannot be cut
        (10, 0, 1),
        (200, WORTH_S, 1),
        (200, WORTH_S + 1, 2),
        (200, 10 * WORTH_S, 10),
        (100_000, 1e9, MOST),
    ],
)
def test_there_are_as_many_as_make_each_worth_a_pod(units: int, seconds: float, count: int) -> None:
    assert len(parts(units, seconds)) == count


@pytest.mark.parametrize("units", [1, 7, 200, 10_000])
@pytest.mark.parametrize("seconds", [0.0, 1000.0, 1e9])
def test_together_they_are_all_units_each_once_and_alike_in_length(units: int, seconds: float) -> None:
    cut = [part_of(range(units), part) for part in parts(units, seconds)]
    assert [unit for part in cut for unit in part] == list(range(units))
    lengths = {len(part) for part in cut}
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize("part", ["", "3", "3-3", "4-3", "0-11", "-1-2", "a-b", "0-99999999999", "1-2\n"])
def test_what_is_no_part_is_refused(part: str) -> None:
    with pytest.raises(InvalidInput, match="it must be <first>-<stop> within 0-10"):
        part_of(range(10), part)
