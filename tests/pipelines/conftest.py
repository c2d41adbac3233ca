"""Compiling and running small pipelines."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from kfp import compiler

from maskline.pipelines.dag import ir
from maskline.pipelines.dag.run import Run
from maskline.pipelines.dag.secret import HIDDEN
from maskline.pipelines.engines.engine import ProcessEngine
from maskline.pipelines.engines.fork_server import ForkServer
from maskline.pipelines.engines.reaper import Reaper
from maskline.pipelines.local.progress import View
from maskline.pipelines.local.runner import Results, Runner

CREATED = "2030-01-02T03:04:05Z"


class States:
    """A view that remembers the last state of each task, and every retry."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.count: dict[str, int] = {}
        self.retries: list[str] = []

    def expect(self, name: str, title: str) -> None:
        assert title
        self.states[name] = "waiting"

    def turns(self, name: str, count: int) -> None:
        self.count[name] = count

    def started(self, name: str) -> None:
        self.states[name] = "running"

    def line(self, name: str, text: str) -> None:
        assert name in self.states, text

    def retrying(self, name: str, text: str) -> None:
        assert name in self.states
        self.retries.append(text)

    def ended(self, name: str, seconds: float) -> None:
        assert seconds >= 0
        self.states[name] = "done"

    def skipped(self, name: str) -> None:
        self.states[name] = "skipped"

    def failed(self, name: str) -> None:
        self.states[name] = "failed"


class Compile(Protocol):
    def __call__(self, pipeline: Any) -> Path: ...


class RunFlow(Protocol):
    def __call__(self, pipeline: Any, parallel: int = 2, **values: Any) -> Results: ...


@pytest.fixture
def compile_flow(tmp_path: Path) -> Compile:
    """Compile a pipeline; give its file."""

    def compile_it(pipeline: Any) -> Path:
        path = tmp_path / f"{pipeline.name}.yaml"
        compiler.Compiler().compile(pipeline, str(path))
        return path

    return compile_it


@pytest.fixture
def states() -> States:
    """What a run's view saw."""
    return States()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where the tasks of a test leave marks."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def run_flow(compile_flow: Compile, states: States, scratch: Path, tmp_path: Path) -> RunFlow:
    """Compile a pipeline and run it; its logs are below `runs`."""

    def run_it(pipeline: Any, parallel: int = 2, **values: Any) -> Results:
        graph = ir.load(compile_flow(pipeline))
        secrets = {"maskline-s3": {"accesskey": "the-key", "store": "s3://bucket/x"}}
        view: View = states
        with Reaper() as reaper, ForkServer() as fork_server:
            engine = ProcessEngine(reaper, fork_server, HIDDEN)
            runner = Runner(graph, engine, view, Run(tmp_path / "runs", CREATED, secrets), parallel)
            given = {name: parameter.default for name, parameter in graph.parameters.items()}
            return asyncio.run(runner.run(given | values | {"folder": str(scratch)}))

    return run_it


@pytest.fixture
def marks(scratch: Path) -> Callable[[], set[str]]:
    """The names of the marks left so far."""
    return lambda: {path.name for path in scratch.iterdir()}
