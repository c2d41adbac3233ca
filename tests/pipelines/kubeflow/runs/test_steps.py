"""The steps of a pipeline as a server keeps it, and how far they are."""

import yaml
from kfp_stub.life import recorded_pipeline

from maskline.pipelines.kubeflow.runs.nodes import Node
from maskline.pipelines.kubeflow.runs.steps import Planned, loops_of, planned_steps, steps_so_far

LOOP = "x(0).root(0).for-loop-1"
TURN = LOOP + "(0).iteration-iterations({0}:{0})(0).iteration-item(0).work(0).executor"


def node(name: str, state: str) -> Node:
    return Node(name, state, None, None, (), waits=False)


def planned(name: str) -> dict[str, Planned]:
    return planned_steps(next(iter(yaml.safe_load_all(recorded_pipeline(name)))))


def test_steps_come_in_the_order_of_the_flow_with_their_titles() -> None:
    titles = [step.title for step in planned("retrain").values()]
    assert titles[:5] == ["begin", "render: plan", "render: draw", "render: seal", "train"]
    assert titles[-1] == "notify"
    assert titles.index("promote") > titles.index("evaluate: champion") > titles.index("predict: champion")


def test_a_step_asks_for_what_its_container_requests() -> None:
    steps = planned("train-and-evaluate")
    assert steps["train"].asks == "cpu 4, memory 8Gi, 1 nvidia.com/gpu"
    assert steps["render-plan"].asks == "cpu 250m, memory 512Mi"


def test_a_pipeline_that_is_gone_has_no_steps() -> None:
    assert planned_steps({}) == {}


def test_a_loop_is_done_when_argo_has_closed_it_and_not_when_all_that_began_are() -> None:
    nodes = [node(LOOP, "RUNNING"), *(node(TURN.format(turn), "SUCCEEDED") for turn in range(2))]
    assert loops_of(nodes) == {f"{LOOP}(0)": 2}
    (step,) = steps_so_far(nodes, {}, {f"{LOOP}(0)": 5})
    assert (step.state, step.done, step.of, step.planned.title) == ("running", 2, 5, "work")
