"""How large Argo's workflow object grows."""

import pytest
from cluster.pipeline import read
from cluster.scenarios import SIDES
from cluster.workflow_size import LIMIT_BYTES, NODE_BYTES, estimate

BEFORE = read(SIDES["before"] / "train-and-evaluate.yaml")


def test_an_iteration_leaves_12_nodes() -> None:
    none, ten = (estimate(BEFORE, {"render-work": iterations}) for iterations in (0, 10))

    assert ten.nodes - none.nodes == 120
    assert ten.plain_bytes - none.plain_bytes == pytest.approx(120 * NODE_BYTES)


def test_before_a_shard_was_an_iteration_and_near_300_the_object_outgrew_its_limit() -> None:
    assert estimate(BEFORE, {"render-work": 200}).fits
    assert not estimate(BEFORE, {"render-work": 300}).fits
    assert not estimate(BEFORE, {"render-work": 1_000_000 // 100}).fits


def test_an_object_is_compressed_where_it_would_not_fit_otherwise() -> None:
    small, large = (estimate(BEFORE, {"render-work": iterations}) for iterations in (3, 100))

    assert small.stored_bytes == small.plain_bytes < LIMIT_BYTES
    assert large.stored_bytes < LIMIT_BYTES < large.plain_bytes
