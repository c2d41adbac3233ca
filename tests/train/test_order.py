"""What a step sees is a pure function of seed and step."""

from collections import Counter

from maskline.train.order import TURNS, batch_indices, network_seed, picture_rng


def test_every_pass_shows_every_picture_once() -> None:
    seen = [index for step in range(10) for index in batch_indices(3, step, 4, 10)]
    for epoch in range(4):
        assert Counter(seen[10 * epoch : 10 * epoch + 10]) == Counter(range(10))


def test_two_passes_have_different_orders_and_so_have_two_seeds() -> None:
    first, second = batch_indices(3, 0, 50, 50), batch_indices(3, 1, 50, 50)
    assert first != second
    assert first != batch_indices(4, 0, 50, 50)


def test_a_step_can_be_asked_for_without_those_before_it() -> None:
    in_turn = [batch_indices(5, step, 3, 7) for step in range(20)]
    assert [batch_indices(5, step, 3, 7) for step in reversed(range(20))] == in_turn[::-1]


def test_a_batch_may_be_larger_than_the_split() -> None:
    assert Counter(batch_indices(0, 0, 6, 2)) == {0: 3, 1: 3}


def test_streams_of_randomness_differ_by_use_step_and_place() -> None:
    draws = [int(picture_rng(1, step, place, TURNS).integers(2**60)) for step in range(3) for place in range(3)]
    seeds = [network_seed(1, step, rank) for step in range(3) for rank in range(3)]
    assert len(set(draws + seeds)) == 18
    assert all(0 <= seed < 2**63 for seed in seeds)
