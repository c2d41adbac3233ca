"""What today's pipelines cost beside those of before."""

import pytest
from cluster.cost import Cost, cost
from cluster.scenarios import SIDES, scenarios
from cluster.workflow_size import LIMIT_BYTES, estimate

MOST_PARTS = 32
COMPARED = {scenario.name: scenario for scenario in scenarios()}


def costs(name: str) -> tuple[Cost, Cost]:
    """Return what a run costs before and now."""
    before, now = (cost(COMPARED[name], side) for side in SIDES)
    return before, now


@pytest.mark.parametrize(
    ("name", "chain_before", "chain_now"),
    [("sealed work", 20, 11), ("12 own pictures", 9, 4), ("a checkpoint evaluated", 5, 5)],
)
def test_so_many_pods_follow_one_another(name: str, chain_before: int, chain_now: int) -> None:
    before, now = costs(name)

    assert (len(before.chain), len(now.chain)) == (chain_before, chain_now)


def test_a_run_of_sealed_work_takes_less_than_two_thirds_of_what_it_took() -> None:
    before, now = costs("sealed work")

    assert before.seconds / now.seconds >= 1.6


@pytest.mark.parametrize("name", COMPARED)
def test_no_run_takes_longer_than_it_took(name: str) -> None:
    before, now = costs(name)

    assert now.seconds <= before.seconds
    assert now.pods <= before.pods


def test_as_many_parts_as_there_may_be_leave_more_than_half_of_the_limit_of_the_object() -> None:
    today = COMPARED["sealed work"].pipelines["now"]

    found = estimate(today, {"render-work": MOST_PARTS, "predict-work": MOST_PARTS})
    assert found.stored_bytes < LIMIT_BYTES / 2
