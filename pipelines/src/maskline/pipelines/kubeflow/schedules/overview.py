"""The schedules of a server, for people."""

from collections.abc import Callable, Sequence
from datetime import UTC
from functools import cache

from rich.table import Table

from maskline.pipelines.kubeflow.schedules.recurring import Recurring
from maskline.pipelines.kubeflow.server.connection import Server
from maskline.pipelines.kubeflow.server.failures import NotKnown
from maskline.pipelines.kubeflow.versions import LATEST, equals, pipeline_name


def overview(server: Server, runs: Sequence[Recurring]) -> Table:
    """Return a table with a line per schedule.

    When it runs next is not among what the API tells: that depends on a time zone which only the server knows.
    """
    table = Table("name", "pipeline", "version", "cron", "state", "last run", "made by", box=None, header_style="bold")
    pipeline, version = cache(_pipeline_names(server)), cache(_version_names(server))
    for run in runs:
        state = f"error: {run.error}" if run.error else "enabled" if run.enabled else "paused"
        table.add_row(
            run.name, pipeline(run.pipeline_id), version(run.pipeline_id, run.version_id), run.when, state,
            _last(server, run), f"maskline ({run.owner})" if run.owner else "somebody else",
        )  # fmt: skip
    return table


def _pipeline_names(server: Server) -> Callable[[str], str]:
    def name(pipeline: str) -> str:
        if not pipeline:
            return "(a copy of its own)"
        try:
            found = server.ask("name a pipeline", server.pipelines.pipeline_service_get_pipeline, pipeline)
        except NotKnown:
            return f"{pipeline} (gone)"
        return pipeline_name(found)

    return name


def _version_names(server: Server) -> Callable[[str, str], str]:
    def name(pipeline: str, version: str) -> str:
        if not pipeline:
            return ""
        if not version:
            return LATEST
        try:
            found = server.ask(
                "name a version", server.pipelines.pipeline_service_get_pipeline_version, pipeline, version
            )
        except NotKnown:
            return f"{version} (gone)"
        return str(found.display_name)

    return name


def _last(server: Server, run: Recurring) -> str:
    page = server.ask(
        f"list the runs of '{run.name}'",
        server.runs.run_service_list_runs,
        namespace=server.namespace,
        filter=equals("recurring_run_id", run.id),
        sort_by="created_at desc",
        page_size=1,
    )
    if not page.runs:
        return "none yet"
    last = page.runs[0]
    return f"{last.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC {last.state or ''}".strip()
