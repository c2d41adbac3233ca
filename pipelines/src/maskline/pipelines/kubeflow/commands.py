"""The commands that talk to a Kubeflow server.  Each imports what it needs when it runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maskline.pipelines.command import STOPPED, ParameterOption, ParametersOption
from maskline.pipelines.kubeflow.options import (
    CaOption,
    EndpointOption,
    NamespaceOption,
    OlderOption,
    OwnerOption,
    TokenOption,
)

if TYPE_CHECKING:
    from maskline.pipelines.kubeflow.connection import Server

schedule = typer.Typer(
    no_args_is_help=True,
    help="Runs that Kubeflow starts by itself. A file says which: a list of name, pipeline, version, cron, parameters, "
    "experiment, enabled. Cron has six fields, seconds first ('0 0 3 * * *' is every day at 03:00), in the time zone "
    "of the server, which its CRON_SCHEDULE_TIMEZONE sets (UTC if nothing does). Two runs of a schedule never overlap, "
    "and what was missed is not made up for.",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(register)
    app.command()(submit)
    app.add_typer(schedule, name="schedule")


def register(  # noqa: PLR0913, PLR0917 - one argument per option
    pipelines: Annotated[list[str] | None, typer.Argument(help="Names of pipelines; all, if none is given.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Stamp a cluster's names into what is uploaded, as maskline compile does.",
        ),
    ] = None,
    settings_file: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="The same as a YAML mapping; --set goes before it."),
    ] = None,
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
    *,
    allow_older_server: OlderOption = False,
) -> None:
    """Upload the pipelines to Kubeflow as versions. What is there already stays as it is."""
    from maskline.pipelines.kubeflow import register as registering
    from maskline.pipelines.parameters import assignments

    given = registering.read_settings(settings_file, assignments(settings or []))
    prepared = registering.prepared(pipelines or [], given)
    server = _connect(endpoint, namespace, token_file, ca_file)
    _check_skew(server, {one.spec.get("sdkVersion", "") for one in prepared}, allowed=allow_older_server)
    for one in prepared:
        done = registering.register(server, one)
        typer.echo(f"{done.pipeline} {done.version}: {done.change}")


def submit(  # noqa: PLR0913, PLR0917 - one argument per option
    pipeline: Annotated[str, typer.Argument(help="Name of a pipeline that the server has.")],
    parameters: ParametersOption = "",
    parameter: ParameterOption = None,
    version: Annotated[
        str,
        typer.Option(
            "--version",
            metavar="NAME|latest|pinned",
            help="pinned: the newest that was registered from the pipeline of this package.",
        ),
    ] = "pinned",
    experiment: Annotated[
        str, typer.Option("--experiment", help="Where the server keeps the run; created if it is not there.")
    ] = "maskline",
    name: Annotated[str, typer.Option("--name", help="What the run is called; pipeline and time, if not given.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Follow the run to its end; fail if it does.")] = False,  # noqa: FBT002
    poll: Annotated[float, typer.Option("--poll", min=0.01, help="Seconds between two looks at the run.")] = 5.0,
    ui: Annotated[
        str, typer.Option("--ui", metavar="URL", help="Address of the UI, where it is not that of --endpoint.")
    ] = "",
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
    *,
    allow_older_server: OlderOption = False,
) -> None:
    """Start a run on Kubeflow."""
    from maskline.pipelines.kubeflow import submit as submitting
    from maskline.pipelines.kubeflow.experiments import check_experiment_name
    from maskline.pipelines.kubeflow.versions import resolve
    from maskline.pipelines.parameters import assignments, parameter_set

    given = (parameter_set(parameters) if parameters else {}) | assignments(parameter or [])
    check_experiment_name(experiment)
    server = _connect(endpoint, namespace, token_file, ca_file)
    found = resolve(server, pipeline, version)
    _check_skew(server, {found.compiled_by}, allowed=allow_older_server)
    chosen = submitting.given_only(found.parameters, given)
    run = submitting.submit(server, submitting.Submission(found, chosen, experiment, name))
    typer.echo(f"run: {run}")
    typer.echo(f"UI: {(ui or server.endpoint).rstrip('/')}/#/runs/details/{run}")
    if wait:
        try:
            submitting.follow(server, run, typer.echo, poll)
        except KeyboardInterrupt:
            typer.echo(f"not waiting any longer; run {run} goes on", err=True)
            raise typer.Exit(STOPPED) from None


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
    from maskline.pipelines.kubeflow import schedule as scheduling
    from maskline.pipelines.kubeflow.schedule_file import read_schedules

    scheduling.check_owner(owner)
    entries = read_schedules(file)
    server = _connect(endpoint, namespace, token_file, ca_file)
    wanted = scheduling.wanted(server, entries, owner)
    _check_skew(server, {one.version.compiled_by for one in wanted}, allowed=allow_older_server)
    for done in scheduling.apply(server, wanted, owner):
        typer.echo(f"{done.name}: {done.change}")
        if done.remark:
            _remark(f"{done.name}: {done.remark}")


@schedule.command("list")
def list_schedules(
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
) -> None:
    """List the server's schedules, whoever made them."""
    from rich.console import Console

    from maskline.pipelines.kubeflow.overview import overview
    from maskline.pipelines.kubeflow.recurring import recurring_runs

    server = _connect(endpoint, namespace, token_file, ca_file)
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
    from maskline.pipelines.kubeflow import schedule as scheduling

    scheduling.check_owner(owner)
    scheduling.remove(_connect(endpoint, namespace, token_file, ca_file), name, owner)
    typer.echo(f"{name}: removed")


def _connect(endpoint: str, namespace: str, token_file: Path | None, ca_file: Path | None) -> "Server":
    from maskline.pipelines.kubeflow.connection import Place, Server

    return Server(Place(endpoint, namespace, token_file, ca_file))


def _check_skew(server: "Server", compiled_by: set[str], *, allowed: bool) -> None:
    """Compare the server's version with those of the SDK that compiled the pipelines; tell what there is to tell."""
    from maskline.pipelines.kubeflow.failures import OlderServer
    from maskline.pipelines.kubeflow.health import check_skew

    for sdk in sorted(compiled_by):
        try:
            remark = check_skew(server.health, sdk)
        except OlderServer as error:
            if not allowed:
                raise
            remark = str(error)
        if remark:
            _remark(remark)


def _remark(text: str) -> None:
    typer.echo(f"note: {text}", err=True)
