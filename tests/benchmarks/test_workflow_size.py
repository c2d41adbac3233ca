"""How large Argo's workflow object grows."""

import pytest
from cluster.pipeline import read
from cluster.scenarios import SIDES
from cluster.workflow_size import LIMIT_BYTES, NODE_BYTES, estimate

from maskline.contract.stage.parts import parts
from maskline.pipelines.dag import compiled
from maskline.render.config import RenderConfig
from maskline.render.plan import make_plan

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


@pytest.mark.parametrize(("pictures", "pods"), [(10, 0), (10_000, 0), (1_000_000, 14), (10_000_000, 32)])
def test_the_plan_of_any_number_of_pictures_fits_into_a_workflow_object(pictures: int, pods: int) -> None:
    """At 4 ms a picture and one core a pod; what one pod can draw is handed out to none."""
    shards = make_plan(RenderConfig(preset="all", samples=pictures)).shards()
    cut = parts(len(shards), pictures * 0.004)
    turns = len(cut) if len(cut) > 1 else 0
    size = estimate(read(compiled.find("train-and-evaluate")), {"render-work": turns})
    assert (turns, size.fits) == (pods, True)
