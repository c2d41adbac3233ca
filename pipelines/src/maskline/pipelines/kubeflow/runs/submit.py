"""Submitting a run, and following it to its end."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from maskline.contract.errors import MasklineError
from maskline.pipelines.dag.graph import Parameter
from maskline.pipelines.kubeflow.experiments import make_experiment
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerUnavailable
from maskline.pipelines.kubeflow.versions import Version
from maskline.pipelines.parameters import settle

_PATIENCE_S = 900.0
_GOOD = {"SUCCEEDED", "SKIPPED"}
_FINAL = _GOOD | {"FAILED", "CANCELED"}


class RunFailed(MasklineError):
    """A run that was waited for did not succeed."""


@dataclass(frozen=True)
class Submission:
    """A run to be."""

    version: Version
    parameters: Mapping[str, Any]
    experiment: str
    name: str = ""


def given_only(parameters: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given, each value of its parameter's type.

    Defaults are left to the pipeline: the server shows which values somebody chose, and those of a later version hold.
    Raises InvalidInput as `settle` does.
    """
    settled = settle(parameters, given)
    return {name: settled[name] for name in given}


def submit(server: Server, run: Submission) -> str:
    """Start a run; return its id.  Its parameters have been checked."""
    body = server.models.V2beta1Run(
        display_name=run.name or f"{run.version.pipeline} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        experiment_id=make_experiment(server, run.experiment),
        pipeline_version_reference=server.models.V2beta1PipelineVersionReference(
            pipeline_id=run.version.pipeline_id, pipeline_version_id=run.version.id
        ),
        runtime_config=server.models.V2beta1RuntimeConfig(parameters=dict(run.parameters)),
    )
    created = server.ask(
        f"start a run of '{run.version.pipeline}' {run.version.name}", server.runs.run_service_create_run, body
    )
    return str(created.run_id)


def follow(server: Server, run: str, tell: Callable[[str], None], every_s: float) -> None:
    """Tell about a run, and each of its tasks, whenever its state changes, until it has ended.

    A server that is away, or fails, is asked again for a quarter of an hour: it may be upgraded while a run goes on.
    Raises RunFailed unless the run succeeded.
    """
    told: dict[str, str] = {}
    for found in _states(server, run, tell, every_s):
        for task, name, state in _tasks(found):
            if told.get(task) != state:
                told[task] = state
                tell(f"{name}: {state}")
        if found.state in _FINAL:
            if found.state not in _GOOD:
                raise RunFailed(_failure(run, found))
            return


def _states(server: Server, run: str, tell: Callable[[str], None], every_s: float) -> Iterator[Any]:
    heard = time.monotonic()
    while True:
        try:
            found = server.ask(f"show run {run}", server.runs.run_service_get_run, run)
        except ServerUnavailable as error:
            if time.monotonic() - heard > _PATIENCE_S:
                raise
            tell(f"{error}; asking again")
        else:
            heard = time.monotonic()
            yield found
        time.sleep(every_s)


def _tasks(run: Any) -> Iterator[tuple[str, str, str]]:
    """Yield id, name and state of each task that has one, then of the run; the turns of a loop share a name."""
    details = run.run_details.task_details if run.run_details else None
    for task in details or ():
        if task.state and task.display_name:
            yield task.task_id, task.display_name, task.state
    if run.state:
        yield run.run_id, "run", run.state


def _failure(run: str, found: Any) -> str:
    failed = sorted({name for task, name, state in _tasks(found) if task != run and state == "FAILED"})
    why = found.error.message if found.error and found.error.message else ""
    return (
        f"run {run} ended as {found.state}"
        + (f": {', '.join(failed)} failed" if failed else "")
        + (f": {' '.join(why.split())}" if why else "")
    )
