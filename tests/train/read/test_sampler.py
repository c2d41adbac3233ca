"""What a step sees is a pure function of seed and step."""

from collections import Counter

import numpy as np

from maskline.train.read.sampler import alike_indices, batch_indices, network_seed, picture_rng

KINDS_OWN = 1


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
    draws = [int(picture_rng(1, step, place, KINDS_OWN).integers(2**60)) for step in range(3) for place in range(3)]
    seeds = [network_seed(1, step, rank) for step in range(3) for rank in range(3)]
    assert len(set(draws + seeds)) == 18
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_shared_out_by_shape_a_step_has_pictures_alike_and_a_pass_still_has_every_picture_once() -> None:
    aspects = np.random.default_rng(0).uniform(0.4, 2.5, 80)
    steps = [alike_indices(3, step, 4, aspects, 10) for step in range(20)]
    assert Counter(number for step in steps for number in step) == Counter(range(80))
    mixed = [batch_indices(3, step, 4, 80) for step in range(20)]
    alike, unlike = (np.mean([np.ptp(aspects[step]) for step in taken]) for taken in (steps, mixed))
    assert alike < unlike / 4


def test_pictures_that_are_not_shared_out_come_as_they_are() -> None:
    aspects = np.random.default_rng(0).uniform(0.4, 2.5, 7)
    assert [alike_indices(5, step, 3, aspects, 1) for step in range(9)] == [
        batch_indices(5, step, 3, 7) for step in range(9)
    ]
