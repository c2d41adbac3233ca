"""The command `maskline`.  Each command imports what it needs when it runs, so that help and errors come at once."""

import webbrowser
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from maskline.contract.errors import InvalidInput, NotFound
from maskline.pipelines import datasets, pictures
from maskline.pipelines.command import (
    DEFAULT_FOLDER,
    FolderOption,
    Group,
    ParameterOption,
    ParametersOption,
    StoreOption,
)
from maskline.pipelines.dag.graph import Container, Pipeline
from maskline.pipelines.kubeflow import commands as kubeflow
from maskline.pipelines.local.folder import Folder
from maskline.pipelines.render import commands as rendering
from maskline.pipelines.store.commands import artifacts, champion

_DEFAULT_PIPELINE = "train-and-evaluate"
app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From pictures that can be drawn with labels to a trained, evaluated segmentation model. Options stand before "
    "or behind a command's name; of one given twice the last counts.",
)
app.add_typer(artifacts, name="artifacts")
app.add_typer(champion, name="champion")
datasets.add_to(app)
kubeflow.add_to(app)
rendering.add_to(app)
pictures.add_to(app)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - one argument per option
    pipeline: Annotated[str, typer.Argument(help="Name of a pipeline, or a compiled .yaml file.")] = _DEFAULT_PIPELINE,
    parameters: ParametersOption = "",
    parameter: ParameterOption = None,
    images: Annotated[
        str,
        typer.Option("--images", metavar="FOLDER", help="Also segment the pictures in this folder or s3:// prefix."),
    ] = "",
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
    port: Annotated[
        int, typer.Option("--port", help="Port of the folder's own store, 1 to 55535. 0: any free one.")
    ] = 0,
    engine: Annotated[
        Literal["process", "docker"],
        typer.Option("--engine", help="Run every task as a process here, or in its container image."),
    ] = "process",
    network: Annotated[
        str,
        typer.Option("--network", metavar="NAME", help="With docker and --store: a Docker network it is reached from."),
    ] = "",
) -> None:
    """Run a pipeline on this machine. If it is stopped, the same command goes on from there."""
    from maskline.pipelines.dag import compiled, ir
    from maskline.pipelines.engines.fork_server import ForkServer
    from maskline.pipelines.parameters import assignments, parameter_set, require_form, settle

    graph = ir.load(compiled.find(pipeline))
    given = (parameter_set(parameters) if parameters else {}) | assignments(parameter or [])
    if images:
        given["images"] = _pictures(images)
    _keep_apart(str(given.get("images", "")), Folder(folder))
    values = settle(graph.parameters, given)
    with (
        ForkServer(_modules(graph)) if engine == "process" else nullcontext() as fork_server
    ):  # it loads while this does
        require_form(graph.name, values)  # while the fork server loads
        from maskline.pipelines.local import session
        from maskline.pipelines.local.backend import Choice

        session.run(graph, values, Folder(folder), Console(), Choice(engine, store, port, network), fork_server)


@app.command("compile")
def compile_(
    pipeline: Annotated[str, typer.Argument(help="With --set: the pipeline to stamp.")] = _DEFAULT_PIPELINE,
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail if committed files are not up to date or break a rule."),
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Stamp a cluster's names and sizes into a copy of the pipeline: registry, tag, digest.<stage>, "
            "pull-secret, pull-policy, secret, webhook-secret, node-pool, gpu-type, gpu.<step>, cpu.<step>, "
            "memory.<step> (4Gi, or request:limit, 2Gi:4Gi), default.<parameter>, label.<key> and annotation.<key> of "
            "pods. Needs --output.",
        ),
    ] = None,
    kubernetes: Annotated[
        bool, typer.Option("--kubernetes", help="With --set: write Kubernetes objects, Pipeline and PipelineVersion.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", help="Where to write the stamped pipeline.")] = None,
) -> None:
    """Write the workflow as Kubeflow and the local runner read it."""
    from maskline.pipelines.dag import compile as compiling
    from maskline.pipelines.dag import compiled
    from maskline.pipelines.parameters import assignments

    if settings or output or kubernetes:
        if check or not (settings and output):
            raise InvalidInput("--set and --output belong together, and neither goes with --check")
        text = compiling.stamped(compiled.find(pipeline), assignments(settings), kubernetes=kubernetes)
        output.write_text(text, "utf-8")
        typer.echo(output)
    elif check:
        compiling.check(compiled.folder())
    else:
        for path in compiling.write(compiled.folder()):
            typer.echo(path)


@app.command()
def report(folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Open the report of the last complete run in a browser, and print where it is."""
    path = Folder(folder).report
    if not path.exists():
        raise NotFound(f"no report in {path.parent} yet; maskline run writes it")
    typer.echo(path)
    webbrowser.open(path.as_uri())


def _modules(graph: Pipeline) -> list[str]:
    """Return the modules that a pipeline's containers run with `python3 -m`."""
    commands = [leaf.body.command for leaf in graph.leaves() if isinstance(leaf.body, Container)]
    return sorted({words[2] for words in commands if words[:2] == ("python3", "-m")})


def _pictures(images: str) -> str:
    """Return the place of the user's pictures as the tasks will know it."""
    if "://" in images:
        return images
    path = Path(images).resolve()
    if not path.is_dir():
        raise InvalidInput(f"--images {images}: no such folder")
    return str(path)


def _keep_apart(images: str, folder: Folder) -> None:
    """Refuse pictures that lie where the run would replace everything with its own."""
    path = Path(images.removeprefix("file://")).resolve()
    if path.is_relative_to(folder.overlays.resolve()):
        raise InvalidInput(f"--images {images}: a run replaces everything in {folder.overlays}; move the pictures")
