"""The nodes as Argo has them are those that are worked out from what Kubeflow tells of them."""

import json
from typing import Any

import pytest
from kfp_stub.life import as_details, recorded
from kfp_stub.server import Stub

from maskline.pipelines.kubeflow.runs.argo import Argo, read_argo
from maskline.pipelines.kubeflow.runs.nodes import Node, nodes_of
from maskline.pipelines.kubeflow.runs.steps import steps_so_far
from maskline.pipelines.kubeflow.server.connection import Place, Server


def argo_of(stub: Stub, run: str) -> Argo:
    """Return the workflow behind a recorded run, read from a server."""
    stub.state.runs["1"] = {}
    stub.state.older["1"] = recorded(f"{run}-workflow")
    return read_argo(Server(Place(stub.endpoint)), "1")


def by_name(nodes: list[Node]) -> dict[str, Node]:
    return {node.name: node for node in nodes}


@pytest.mark.parametrize("run", ["run-waits", "run-terminated"])
def test_both_ways_to_the_nodes_of_a_run_lead_to_the_same(run: str, stub: Stub) -> None:
    worked_out = by_name(nodes_of(as_details(recorded(run)["run_details"]["task_details"])))
    assert worked_out == by_name(argo_of(stub, run).nodes())


def test_what_argo_has_compressed_kubeflow_does_not_read(stub: Stub) -> None:
    known = nodes_of(as_details(recorded("run-compressed")["run_details"]["task_details"]))
    assert recorded("run-compressed")["state"] == "FAILED"
    assert any(node.state == "RUNNING" for node in known)
    argo = argo_of(stub, "run-compressed")
    assert argo.compressed
    assert not any(node.state == "RUNNING" for node in argo.nodes())


def test_what_surrounds_a_lost_pod_is_tried_again_and_is_one_step_all_the_same(stub: Stub) -> None:
    argo = argo_of(stub, "run-compressed")
    steps = {step.planned.task: step for step in steps_so_far(argo.nodes(), {}, {})}
    (part,) = steps["size"].parts
    names = [str(node["name"]) for node in argo.by_id.values()]
    tries = [name for name in names if ".size(" in name and "executor(" in name]
    assert len(part.attempts) == len(tries) > 3
    assert part.node.name == "facts-size-cmtjv(0).root(0).size(2).executor"
    assert (part.state, steps["long"].state) == ("failed", "done")
    assert argo.why(part.attempts[-1]).startswith("configmaps is forbidden")


def test_a_workflow_says_who_ended_it(stub: Stub) -> None:
    argo = argo_of(stub, "run-terminated")
    assert argo.terminated
    assert argo.message.startswith("retry exceeded workflow deadline")
    assert not argo_of(stub, "run-waits").terminated


def test_a_pod_is_named_by_its_template_unless_argo_names_pods_as_it_did_once(stub: Stub) -> None:
    argo = argo_of(stub, "run-waits")
    node = "train-and-evaluate-hpzs6-672531658"
    assert argo.pod(node) == "train-and-evaluate-hpzs6-metadata-0-1-retry-system-container-impl-672531658"
    metadata = {"annotations": {"workflows.argoproj.io/pod-name-format": "v1"}}
    assert Argo({**argo.workflow, "metadata": metadata}, argo.by_id).pod(node) == node
    assert argo.pod("unknown") == ""


@pytest.mark.parametrize("answer", [{}, {"pipeline_runtime": {"workflow_manifest": json.dumps([1])}}, []])
def test_an_answer_without_a_workflow_is_none(answer: Any, stub: Stub) -> None:
    stub.state.runs["1"] = {}
    stub.state.older["1"] = answer
    assert read_argo(Server(Place(stub.endpoint)), "1") == Argo()
