"""A server that has the pipelines of the recorded runs, and a workflow for the run that a test starts."""

from collections.abc import Callable

import pytest
from kfp_stub.argo import Workflow
from kfp_stub.commands import Command
from kfp_stub.life import recorded_pipeline
from kfp_stub.server import Stub
from typer.testing import Result

from maskline.pipelines.kubeflow.runs import follow, waiting

NAME = "train-and-evaluate"


@pytest.fixture
def pipelines(stub: Stub) -> list[str]:
    """The pipelines of then, on the server."""
    for name in (NAME, "retrain"):
        pipeline = stub.state.add_pipeline({"name": name})
        stub.state.add_version({"pipelineid": pipeline["pipeline_id"]}, f"{name}.yaml", recorded_pipeline(name))
    return [pipeline["name"] for pipeline in stub.state.pipelines.values()]


@pytest.fixture
def waited(maskline: Command, pipelines: list[str]) -> Callable[..., Result]:
    """Submit a run of a pipeline and wait for it."""

    def run(pipeline: str = NAME) -> Result:
        assert pipeline in pipelines
        return maskline("submit", pipeline, "--version", "latest", "--wait", "--poll", "0.01")

    return run


@pytest.fixture
def workflow() -> Workflow:
    """A workflow in which nothing has happened yet."""
    return Workflow(f"{NAME}-x7k2p")


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell at once what would be told now and then, or after a minute."""
    monkeypatch.setattr(follow, "_QUIET_S", 0.0)
    monkeypatch.setattr(follow, "_QUIET_SHARE", 0.0)
    monkeypatch.setattr(waiting, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(waiting, "_QUIET_S", 0.0)
