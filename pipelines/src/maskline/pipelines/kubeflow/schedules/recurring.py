"""Recurring runs: what a Kubeflow server calls a schedule, as it stands there."""

from dataclasses import dataclass
from typing import Any

from maskline.pipelines.kubeflow.mark import read_mark
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.versions import LATEST

MARK = "maskline/schedule/1"


@dataclass(frozen=True)
class Recurring:
    """A recurring run of a server, whoever made it."""

    id: str
    name: str
    pipeline_id: str  # "" where it carries a pipeline of its own
    version_id: str  # "" where the newest is run
    when: str
    enabled: bool
    experiment_id: str
    owner: str  # whose schedule file it is in; "" where maskline did not make it
    digest: str
    error: str


def recurring_runs(server: Server) -> list[Recurring]:
    """Return all recurring runs of the server, or of the namespace, in the order of their names, the oldest first."""
    found = server.every(
        "list the recurring runs",
        server.schedules.recurring_run_service_list_recurring_runs,
        "recurring_runs",
        namespace=server.namespace,
        sort_by="created_at asc",
    )
    return sorted((_recurring(run) for run in found), key=lambda run: run.name)


def delete(server: Server, run: Recurring) -> None:
    """Delete a recurring run; the runs that it has started go on."""
    server.ask(
        f"remove the schedule '{run.name}'",
        server.schedules.recurring_run_service_delete_recurring_run,
        run.id,
        propagation_policy="ORPHAN",
    )


def switch(server: Server, run_id: str, name: str, *, enabled: bool) -> None:
    """Enable or disable a recurring run."""
    if enabled:
        server.ask(f"enable the schedule '{name}'", server.schedules.recurring_run_service_enable_recurring_run, run_id)
    else:
        server.ask(f"pause the schedule '{name}'", server.schedules.recurring_run_service_disable_recurring_run, run_id)


def _recurring(run: Any) -> Recurring:
    reference = run.pipeline_version_reference
    mark = read_mark(run.description, MARK)
    return Recurring(
        id=run.recurring_run_id,
        name=run.display_name or "",
        pipeline_id=(reference.pipeline_id or "") if reference else "",
        version_id="" if not reference or mark.get("version") == LATEST else reference.pipeline_version_id or "",
        when=_when(run.trigger),
        enabled=run.mode == "ENABLE" if run.mode else run.status == "ENABLED",
        experiment_id=run.experiment_id or "",
        owner=str(mark.get("owner", "")),
        digest=str(mark.get("digest", "")),
        error=run.error.message or "" if run.error else "",
    )


def _when(trigger: Any) -> str:
    if trigger and trigger.cron_schedule:
        return str(trigger.cron_schedule.cron)
    if trigger and trigger.periodic_schedule:
        return f"every {trigger.periodic_schedule.interval_second} s"
    return ""
