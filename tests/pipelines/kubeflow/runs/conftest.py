"""A server that has the pipelines of the recorded runs, and a workflow for the run that a test starts."""

from collections.abc import Callable

import pytest
from kfp_stub.argo import Workflow
from kfp_stub.commands import Command
from typer.testing import Result

from maskline.pipelines.kubeflow.runs import follow, waiting, watch

NAME = "train-and-evaluate"


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
    monkeypatch.setattr(watch, "_QUIET_S", 0.0)
    monkeypatch.setattr(watch, "_QUIET_SHARE", 0.0)
