"""The command `maskline`.  Each command imports what it needs when it runs, so that help and errors come at once."""

import asyncio
import json
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from maskline.contract.errors import InvalidInput, MasklineError, NotFound
from maskline.pipelines.folder import Folder

_DEFAULT_FOLDER = Path("demo")
_STOPPED = 130


class _Group(TyperGroup):
    """Shows an expected failure as one message; a traceback would say nothing more."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MasklineError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except OSError as error:  # a full disk, a folder that may not be written
            print(f"error: {error.filename or 'writing'}: {error.strerror}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except (KeyboardInterrupt, asyncio.CancelledError):
            print("stopped; the same command goes on from here", file=sys.stderr)  # noqa: T201
            raise typer.Exit(_STOPPED) from None


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From pictures that can be drawn with labels to a trained, evaluated segmentation model.",
)
artifacts = typer.Typer(cls=_Group, invoke_without_command=True)
app.add_typer(artifacts, name="artifacts")

FolderOption = Annotated[Path, typer.Option("--folder", help="Where runs leave store, logs and results.")]
StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="URI",
        help="Use this store, e.g. s3://bucket/project, instead of the folder's own. Server and keys come from "
        "AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
]


@app.command()
def run(  # noqa: PLR0913, PLR0917 - one argument per option
    pipeline: Annotated[str, typer.Argument(help="Name of a pipeline, or a compiled .yaml file.")] = "segmenter",
    parameters: Annotated[
        str, typer.Option("--parameters", metavar="NAME|FILE", help="A parameter set (demo), or a YAML file of yours.")
    ] = "",
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME=VALUE", help="One parameter, e.g. samples=500; again for more."),
    ] = None,
    images: Annotated[
        str,
        typer.Option("--images", metavar="FOLDER", help="Also segment the pictures in this folder or s3:// prefix."),
    ] = "",
    folder: FolderOption = _DEFAULT_FOLDER,
    store: StoreOption = "",
    port: Annotated[
        int, typer.Option("--port", help="Port of the folder's own store, 1 to 55535. 0: any free one.")
    ] = 0,
) -> None:
    """Run a pipeline on this machine. If it is stopped, the same command goes on from there."""
    from maskline.pipelines import compiled, ir, local
    from maskline.pipelines.parameters import assignments, parameter_set, settle

    graph = ir.load(compiled.find(pipeline))
    given = (parameter_set(parameters) if parameters else {}) | assignments(parameter or [])
    if images:
        given["images"] = _pictures(images)
    _keep_apart(str(given.get("images", "")), Folder(folder))
    local.run(graph, settle(graph.parameters, given), Folder(folder), Console(), store, port)


@app.command("compile")
def compile_(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if the committed files are not up to date.")
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Stamp a cluster's names into a copy of the pipeline: registry, tag, digest.<stage>, secret, "
            "node-pool. Needs --output.",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Where to write the stamped pipeline.")] = None,
) -> None:
    """Write the workflow as Kubeflow and the local runner read it."""
    from maskline.pipelines import compile as compiling
    from maskline.pipelines import compiled
    from maskline.pipelines.parameters import assignments

    if settings or output:
        if check or not (settings and output):
            raise InvalidInput("--set and --output belong together, and neither goes with --check")
        text = compiled.find("segmenter").read_text("utf-8")
        output.write_text(compiled.stamp(text, assignments(settings)), "utf-8")
        typer.echo(output)
    elif check:
        stale = compiling.drifted(compiled.folder())
        if stale:
            raise InvalidInput(
                f"{compiled.folder()}: not what the workflow compiles to: {', '.join(stale)}; run maskline compile"
            )
    else:
        for path in compiling.write(compiled.folder()):
            typer.echo(path)


@artifacts.callback()
def list_artifacts(context: typer.Context, folder: FolderOption = _DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """List the sealed artifacts of a store: datasets, checkpoints, predictions, reports."""
    context.obj = (folder, store)
    if context.invoked_subcommand is None:
        from maskline.contract.store import project_store
        from maskline.pipelines.listing import overview, sealed

        with _store(folder, store):
            table = overview(sealed(project_store()))
            if not table.row_count:
                typer.echo("nothing is sealed here yet")
                return
            Console(width=None if sys.stdout.isatty() else 200).print(table)


@artifacts.command("show")
def show_artifact(
    context: typer.Context, uri: Annotated[str, typer.Argument(help="URI as the list shows it.")]
) -> None:
    """Show everything that an artifact's manifest says."""
    from maskline.pipelines.listing import details, open_any

    with _store(*context.obj):
        typer.echo(json.dumps(details(open_any(uri)), indent=2))


@app.command()
def report(folder: FolderOption = _DEFAULT_FOLDER) -> None:
    """Open the report of the last complete run in a browser, and print where it is."""
    path = Folder(folder).report
    if not path.exists():
        raise NotFound(f"no report in {path.parent} yet; maskline run writes it")
    typer.echo(path)
    webbrowser.open(path.as_uri())


@contextmanager
def _store(folder: Path, store: str) -> Iterator[None]:
    """Connect to a store that something was written to."""
    from maskline.pipelines.connection import connected

    place = Folder(folder)
    if not store and not place.store.exists():
        raise NotFound(f"no store in {place.path} yet; maskline run makes it")
    with connected(folder, store):
        yield


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
