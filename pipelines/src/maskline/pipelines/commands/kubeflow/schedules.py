"""`maskline schedule`: runs that a Kubeflow server starts by itself."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from maskline.pipelines.commands.group import Group
from maskline.pipelines.commands.kubeflow.options import (
    CaOption,
    EndpointOption,
    NamespaceOption,
    OlderOption,
    OwnerOption,
    TokenOption,
    connect,
    note,
    refuse_older,
)

schedule = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help="Runs that Kubeflow starts by itself. A file says which: a list of name, pipeline, version, cron, parameters, "
    "experiment, enabled. Cron has six fields, seconds first ('0 0 3 * * *' is every day at 03:00), in the time zone "
    "of the server, which its CRON_SCHEDULE_TIMEZONE sets (UTC if nothing does). Two runs of a schedule never overlap, "
    "and of the times that were missed the last one is made up for.",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(schedule, name="schedule")


@schedule.command("apply")
def apply_schedules(  # noqa: PLR0913 - one argument per option
    file: Annotated[Path, typer.Argument(help="A YAML list of schedules.")],
    owner: OwnerOption = "default",
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
    *,
    allow_older_server: OlderOption = False,
) -> None:
    """Bring the server's schedules to what a file says: created, changed, unchanged, removed."""
    from maskline.pipelines.kubeflow.schedules import schedule as scheduling
    from maskline.pipelines.kubeflow.schedules.schedule_file import read_schedules

    scheduling.check_owner(owner)
    entries = read_schedules(file)
    server = connect(endpoint, namespace, token_file, ca_file)
    wanted = scheduling.wanted(server, entries, owner)
    refuse_older(server, {one.version.compiled_by for one in wanted}, allowed=allow_older_server)
    for done in scheduling.apply(server, wanted, owner):
        typer.echo(f"{done.name}: {done.change}")
        if done.remark:
            note(f"{done.name}: {done.remark}")


@schedule.command("list")
def list_schedules(
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
) -> None:
    """List the server's schedules, whoever made them."""
    from rich.console import Console

    from maskline.pipelines.kubeflow.schedules.overview import overview
    from maskline.pipelines.kubeflow.schedules.recurring import recurring_runs

    server = connect(endpoint, namespace, token_file, ca_file)
    runs = recurring_runs(server)
    if not runs:
        typer.echo("there are no schedules")
        return
    Console(width=None if sys.stdout.isatty() else 200).print(overview(server, runs))


@schedule.command("remove")
def remove_schedule(
    name: Annotated[str, typer.Argument(help="As the list shows it.")],
    owner: OwnerOption = "default",
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
) -> None:
    """Remove one schedule that maskline made. Runs that it has started go on."""
    from maskline.pipelines.kubeflow.schedules import schedule as scheduling

    scheduling.check_owner(owner)
    scheduling.remove(connect(endpoint, namespace, token_file, ca_file), name, owner)
    typer.echo(f"{name}: removed")
