"""`maskline register`, `submit` and `logs`: pipelines and their runs on a Kubeflow server."""

from pathlib import Path
from typing import Annotated

import typer

from maskline.pipelines.commands.group import STOPPED
from maskline.pipelines.commands.kubeflow.options import (
    CaOption,
    EndpointOption,
    NamespaceOption,
    OlderOption,
    TokenOption,
    connect,
    named_options,
    note,
    refuse_older,
)
from maskline.pipelines.commands.options import ParameterOption, ParametersOption

TERMINATED = 3
"""The exit status of a command that waited for a run which somebody ended."""
PollOption = Annotated[float, typer.Option("--poll", min=0.01, help="Seconds between two looks at the run.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(register)
    app.command()(submit)
    app.command()(logs)


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
    from maskline.pipelines.commands.parameters import assignments
    from maskline.pipelines.kubeflow import register as registering

    given = registering.read_settings(settings_file, assignments(settings or []))
    prepared = registering.prepared(pipelines or [], given)
    server = connect(endpoint, namespace, token_file, ca_file)
    refuse_older(server, {one.spec.get("sdkVersion", "") for one in prepared}, allowed=allow_older_server)
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
    wait: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--wait", help="Follow the run to its end, step by step. Exit status 1: it failed, 3: somebody ended it."
        ),
    ] = False,
    poll: PollOption = 5.0,
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
    from maskline.pipelines.commands.parameters import assignments, parameter_set
    from maskline.pipelines.kubeflow.experiments import check_experiment_name
    from maskline.pipelines.kubeflow.runs import submit as submitting
    from maskline.pipelines.kubeflow.runs.follow import RunTerminated, follow
    from maskline.pipelines.kubeflow.runs.watch import Watch
    from maskline.pipelines.kubeflow.versions import resolve

    given = (parameter_set(parameters) if parameters else {}) | assignments(parameter or [])
    check_experiment_name(experiment)
    submitting.check_run_name(name)
    server = connect(endpoint, namespace, token_file, ca_file)
    found = resolve(server, pipeline, version)
    refuse_older(server, {found.compiled_by}, allowed=allow_older_server)
    chosen = submitting.given_only(found, given)
    run = submitting.submit(server, submitting.Submission(found, chosen, experiment, name))
    typer.echo(f"run: {run}")
    typer.echo(f"UI: {(ui or server.endpoint).rstrip('/')}/#/runs/details/{run}")
    if wait:
        try:
            follow(Watch(server, run), typer.echo, poll, named_options(endpoint, namespace, token_file, ca_file))
        except RunTerminated as ending:
            typer.echo(f"error: {ending}", err=True)
            raise typer.Exit(TERMINATED) from None
        except KeyboardInterrupt:
            typer.echo(f"not waiting any longer; run {run} goes on", err=True)
            raise typer.Exit(STOPPED) from None


def logs(  # noqa: PLR0913, PLR0917 - one argument per option
    run: Annotated[str, typer.Argument(help="Id of a run, as submit prints it.")],
    step: Annotated[
        str, typer.Argument(help="A step's title or task, or the beginning of one; all steps, if none is given.")
    ] = "",
    poll: PollOption = 5.0,
    endpoint: EndpointOption = "",
    namespace: NamespaceOption = "",
    token_file: TokenOption = None,
    ca_file: CaOption = None,
) -> None:
    """Print what a step of a run on Kubeflow says, and follow it while it runs; that of a run that is over, too."""
    from maskline.pipelines.kubeflow.runs.logs import show_logs
    from maskline.pipelines.kubeflow.runs.watch import Watch

    server = connect(endpoint, namespace, token_file, ca_file)
    try:
        show_logs(Watch(server, run), step, typer.echo, note, poll)
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None
