"""Schedules: a server is brought to what a file says, and nothing of anybody else's is touched.

A recurring run cannot be changed on the server: https://github.com/kubeflow/pipelines/issues/3789. A changed schedule
is therefore put there anew, paused; then the old one is deleted; then the new one is enabled. Wherever that is cut
short, there is a schedule of this name, at most one of them starts runs, and the next `apply` goes on from there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskline.contract.config import canonical_json
from maskline.contract.errors import InvalidInput, NotFound
from maskline.pipelines.kubeflow.experiments import find_experiment, make_experiment
from maskline.pipelines.kubeflow.mark import digest, marked
from maskline.pipelines.kubeflow.runs.submit import given_only
from maskline.pipelines.kubeflow.schedules.recurring import MARK, Recurring, delete, recurring_runs, switch
from maskline.pipelines.kubeflow.schedules.schedule_file import Entry
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import ServerRefused
from maskline.pipelines.kubeflow.versions import LATEST, Version, resolve

_OWNER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Wanted:
    """A schedule of the file, checked against the pipeline that it will run."""

    entry: Entry
    version: Version  # that would be run now
    parameters: Mapping[str, Any]
    owner: str

    @property
    def version_id(self) -> str | None:
        """Return the version to name on the server; None lets the server take the newest each time."""
        return None if self.entry.version == LATEST else self.version.id

    @property
    def digest(self) -> str:
        """Return what tells whether a recurring run is this one: all that cannot be changed once it is there."""
        content = {
            "cron": self.entry.cron,
            "experiment": self.entry.experiment,
            "parameters": self.parameters,
            "pipeline": self.version.pipeline_id,
            "version": self.version_id or LATEST,
        }
        return digest(canonical_json(content))


@dataclass(frozen=True)
class Outcome:
    """What became of one schedule, in one word and, where that says too little, a remark."""

    name: str
    change: str
    remark: str = ""


def check_owner(owner: str) -> str:
    """Return `owner`.  Raises InvalidInput."""
    if not _OWNER.fullmatch(owner):
        raise InvalidInput(f"--owner {owner}: it must be 1 to 63 small letters, digits and dashes")
    return owner


def wanted(server: Server, entries: Sequence[Entry], owner: str) -> list[Wanted]:
    """Return what the server shall have; every pipeline, version and parameter is checked, and nothing is changed."""
    found = []
    for entry in entries:
        version = resolve(server, entry.pipeline, entry.version)
        try:
            parameters = given_only(version, entry.parameters)
        except InvalidInput as error:
            raise InvalidInput(f"schedule '{entry.name}': {error}") from None
        find_experiment(server, entry.experiment)
        found.append(Wanted(entry, version, parameters, owner))
    return found


def apply(server: Server, schedules: Sequence[Wanted], owner: str) -> Iterator[Outcome]:
    """Bring the server's schedules of this owner to those given; yield each when it is done."""
    there = recurring_runs(server)
    unreadable = next((run for run in there if run.error and not run.name), None)
    if unreadable:  # it may be one of ours, and what is put in its place would run beside it
        raise ServerRefused(
            f"{server.endpoint} cannot show recurring run {unreadable.id}: {unreadable.error}; delete it"
        )
    ours = [run for run in there if run.owner == owner]
    for one in schedules:
        named = [run for run in ours if run.name == one.entry.name]
        stranger = any(run.name == one.entry.name and run.owner != owner for run in there)
        remark = "somebody else's schedule has this name too; it is left alone" if stranger else ""
        yield Outcome(one.entry.name, _apply_one(server, one, named), remark)
    names = {one.entry.name for one in schedules}
    for run in ours:
        if run.name not in names:
            delete(server, run)
            yield Outcome(run.name, "removed")


def remove(server: Server, name: str, owner: str) -> None:
    """Delete the schedule of this name and owner.  Raises NotFound, also where somebody else made it."""
    named = [run for run in recurring_runs(server) if run.name == name]
    ours = [run for run in named if run.owner == owner]
    if not ours:
        why = (
            "it was not made by maskline" if not any(run.owner for run in named) else f"its owner is '{named[0].owner}'"
        )
        raise NotFound(f"no schedule '{name}' of ours on {server.endpoint}" + (f": {why}" if named else ""))
    for run in ours:
        delete(server, run)


def _apply_one(server: Server, one: Wanted, named: Sequence[Recurring]) -> str:
    experiment = make_experiment(server, one.entry.experiment)
    same = [run for run in named if run.digest == one.digest and run.experiment_id == experiment]
    others = [run for run in named if run not in same[:1]]
    if same:
        kept, enabled = same[0].id, same[0].enabled
    else:
        enabled = one.entry.enabled and not others
        kept = _create(server, one, experiment, enabled=enabled)
    for run in others:
        delete(server, run)
    if enabled != one.entry.enabled:
        switch(server, kept, one.entry.name, enabled=one.entry.enabled)
    if not same:
        return "changed" if others else "created"
    if others:
        return "changed"
    if enabled != one.entry.enabled:
        return "enabled" if one.entry.enabled else "paused"
    return "unchanged"


def _create(server: Server, one: Wanted, experiment: str, *, enabled: bool) -> str:
    models = server.models
    values = {"digest": one.digest, "owner": one.owner}
    if one.version_id is None:
        values["version"] = LATEST
    body = models.V2beta1RecurringRun(
        display_name=one.entry.name,
        description=marked("Kept by maskline schedule apply.", MARK, values),
        experiment_id=experiment,
        pipeline_version_reference=models.V2beta1PipelineVersionReference(
            pipeline_id=one.version.pipeline_id, pipeline_version_id=one.version_id
        ),
        runtime_config=models.V2beta1RuntimeConfig(parameters=dict(one.parameters)),
        trigger=models.V2beta1Trigger(cron_schedule=models.V2beta1CronSchedule(cron=one.entry.cron)),
        mode=models.RecurringRunMode.ENABLE if enabled else models.RecurringRunMode.DISABLE,
        max_concurrency="1",
        no_catchup=True,
    )
    created = server.ask(
        f"create the schedule '{one.entry.name}'",
        server.schedules.recurring_run_service_create_recurring_run,
        body,
    )
    return str(created.recurring_run_id)
