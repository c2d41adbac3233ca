"""What becomes of a run, while somebody looks at it again and again."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import kfp_server_api

from kfp_stub.argo import Workflow
from kfp_stub.server import Request, Stub

RECORDED = Path(__file__).parents[2] / "recorded"
Moment = Callable[[dict[str, Any]], object]
"""Brings a run to where it is next."""


def recorded(name: str) -> Any:
    """Return an answer of a real server: see the README beside them."""
    path = RECORDED / f"{name}.json"
    return json.loads(
        path.read_bytes() if path.exists() else gzip.decompress(path.with_suffix(".json.gz").read_bytes())
    )


def as_details(document: list[dict[str, Any]]) -> Any:
    """Return a run's task_details as the SDK gives them."""
    answer = SimpleNamespace(data=json.dumps({"run_details": {"task_details": document}}))
    return kfp_server_api.ApiClient().deserialize(answer, "V2beta1Run").run_details.task_details


def recorded_pipeline(name: str) -> str:
    """Return the pipeline of the recorded runs, as it was registered."""
    return gzip.decompress((RECORDED / f"{name}.yaml.gz").read_bytes()).decode()


def as_recorded(*names: str) -> Iterator[Moment]:
    """Yield the moments of a run that really was."""

    def become(answer: dict[str, Any]) -> Moment:
        own = {"run_id", "display_name", "experiment_id", "pipeline_version_reference"}
        return lambda run: run.update({key: value for key, value in answer.items() if key not in own})

    yield from (become(recorded(name)) for name in names)


def in_state(state: str, *before: str, then: Callable[[], object] = lambda: None) -> Moment:
    """Return a moment in which the run has this state; its history tells those `before`, too.  then: what else is."""

    def become(run: dict[str, Any]) -> None:
        then()
        over = state in {"SUCCEEDED", "FAILED"}
        history = [{"update_time": run["created_at"], "state": one} for one in ("PENDING", *before, state)]
        ended = {"finished_at": "2026-01-01T01:00:00Z"} if over else {}
        run |= {"state": state, "state_history": history} | ended

    return become


def live(stub: Stub, moments: Iterator[Moment]) -> None:
    """Let the one run that will be started live through `moments`, one at each look; the last one stays."""

    def look(request: Request) -> None:
        if re.fullmatch(r"/apis/v2beta1/runs/[^/]+", request.path) and not request.changes:
            (run,) = stub.state.runs.values()
            next(moments, lambda _: None)(run)

    stub.before = look


def grow(stub: Stub, workflow: Workflow) -> Callable[[], None]:
    """Return what gives the one run its workflow."""

    def give() -> None:
        (run,) = stub.state.runs
        stub.state.workflows[run] = workflow

    return give
