"""`maskline run`: a pipeline on this machine."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from maskline.contract.errors import InvalidInput
from maskline.pipelines.commands.options import (
    DEFAULT_FOLDER,
    DEFAULT_PIPELINE,
    FolderOption,
    ParameterOption,
    ParametersOption,
    StoreOption,
)
from maskline.pipelines.dag.graph import Container, Pipeline
from maskline.pipelines.local.folder import Folder


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(run)


def run(  # noqa: PLR0913, PLR0917 - one argument per option
    pipeline: Annotated[str, typer.Argument(help="Name of a pipeline, or a compiled .yaml file.")] = DEFAULT_PIPELINE,
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
    from maskline.pipelines.commands.parameters import assignments, parameter_set
    from maskline.pipelines.dag import compiled, ir
    from maskline.pipelines.dag.parameters import require_form, settle
    from maskline.pipelines.engines.fork_server import ForkServer

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
