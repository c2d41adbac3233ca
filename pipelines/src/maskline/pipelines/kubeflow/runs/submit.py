"""Submitting a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from maskline.contract.errors import InvalidInput
from maskline.pipelines.dag.parameters import require_form, settle
from maskline.pipelines.kubeflow.experiments import make_experiment
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.versions import Version

_LONGEST_NAME = 255


@dataclass(frozen=True)
class Submission:
    """A run to be."""

    version: Version
    parameters: Mapping[str, Any]
    experiment: str
    name: str = ""


def check_run_name(name: str) -> str:
    """Return `name`.  Raises InvalidInput for one that is too long.

    Kubeflow refuses to keep a run of such a name only when it has begun, and nobody would see it.
    """
    if len(name) > _LONGEST_NAME:
        raise InvalidInput(f"--name {name[:20]}...: it must be {_LONGEST_NAME} letters at most")
    return name


def given_only(version: Version, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given, each value of its parameter's type.

    Defaults are left to the pipeline: the server shows which values somebody chose, and those of a later version hold.
    Raises InvalidInput as `settle` does, and for values that a step of this package's version would refuse.
    """
    settled = settle(version.parameters, given)
    if version.ours:
        require_form(version.pipeline, settled)
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
