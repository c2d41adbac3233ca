"""The names of a run's nodes, worked out from what the API gives: every one of runs that really were."""

from datetime import UTC, datetime
from typing import Any

import pytest
from kfp_stub.argo import Workflow
from kfp_stub.life import as_details, recorded

from maskline.pipelines.kubeflow.runs.nodes import Node, moment, node_id, nodes_of

RUNS = ["run-after-024s", "run-after-048s", "run-after-096s", "run-after-160s", "run-at-end", "run-failed"]
TURN = "root(0).for-loop-1(0).iteration-iterations({0}:{0})(0).iteration-item(0).render-work(0).executor"


def recorded_details(run: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = recorded(run)["run_details"]["task_details"]
    return found


def nodes(run: str) -> dict[str, Node]:
    """Return a recorded run's nodes by their names, without that of the workflow."""
    found = nodes_of(as_details(recorded_details(run)))
    return {node.name.partition("(0).")[2]: node for node in found}


def test_an_id_is_the_workflows_name_and_the_fnv_1a_hash_of_the_nodes() -> None:
    assert node_id("retrain-7mlfm") == "retrain-7mlfm"
    assert node_id("train-and-evaluate-2pxlx(0)") == "train-and-evaluate-2pxlx-3354794287"


@pytest.mark.parametrize("run", [*RUNS, "run-pod-deleted"])
def test_every_node_that_is_tried_again_is_found_with_all_its_attempts(run: str) -> None:
    given = recorded_details(run)
    attempts = [one["display_name"] for one in given if one["display_name"].endswith((")(0)", "(0)", "(1)"))]
    found = nodes_of(as_details(given))
    assert sum(len(node.attempts) for node in found) == len(attempts)
    ids = {node_id(f"{node.name}({number})") for node in found for number in range(len(node.attempts))}
    assert ids == {attempt for node in found for attempt in node.attempts}


def test_parts_of_a_loop_are_told_from_each_other() -> None:
    found = nodes("run-at-end")
    assert [found[TURN.format(turn)].state for turn in range(3)] == ["SUCCEEDED"] * 3
    assert TURN.format(3) not in found
    ended = [found[TURN.format(turn)].ended for turn in range(3)]
    assert [time and time.second for time in ended] == [35, 45, 55]


def test_steps_inside_an_exit_handler_and_the_one_after_it_have_names_too() -> None:
    found = nodes("run-failed")
    assert found["root(0).exit-handler-1(0).train(0).executor"].state == "FAILED"
    assert found["root(0).exit-handler-1.onExit(0).notify(0).executor"].state == "SUCCEEDED"


def test_a_lost_pod_is_a_second_attempt() -> None:
    node = nodes("run-pod-deleted")["root(0).train(0).executor"]
    assert (len(node.attempts), node.state) == (2, "SUCCEEDED")


def test_a_pod_waits_while_it_is_pending_and_no_longer() -> None:
    assert nodes("run-after-024s")["root(0).render-plan(0).executor"].waits
    assert not any(node.waits for node in nodes("run-at-end").values())
    driver = "root(0).for-loop-1(0).iteration-iterations({0}:{0})(0).iteration-item-driver"
    assert all(nodes("run-after-048s")[driver.format(turn)].waits for turn in range(3))


def test_the_second_attempt_waits_though_the_first_has_failed() -> None:
    workflow = Workflow("run-abcde")
    workflow.step("train", "FAILED", "PENDING")
    (node,) = (node for node in nodes_of(as_details(workflow.details("1"))) if node.name.endswith("train(0).executor"))
    assert node.waits


def test_a_time_before_all_runs_is_none() -> None:
    assert moment(datetime(1, 1, 1, tzinfo=UTC)) is moment(datetime(1970, 1, 1, tzinfo=UTC)) is moment(None) is None
    assert moment(datetime(2026, 1, 1, tzinfo=UTC))


def test_the_stub_gives_nodes_the_names_that_argo_gave_them() -> None:
    workflow = Workflow("train-and-evaluate-2pxlx")
    workflow.step("render-plan", "SUCCEEDED")
    for turn in range(3):
        workflow.step("render-work", "SUCCEEDED", turn=turn, turns=3)
    workflow.step("render-seal", "SUCCEEDED")
    workflow.step("train", "RUNNING")
    ours = {node.name: node.attempts for node in nodes_of(as_details(workflow.details("1")))}
    theirs = {node.name: node.attempts for node in nodes_of(as_details(recorded_details("run-after-160s")))}
    assert ours == theirs
