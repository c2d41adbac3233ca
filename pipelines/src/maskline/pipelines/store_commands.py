"""`maskline artifacts` and `maskline champion`: what is in a store, who reigns, and what nobody needs any more."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from maskline.contract.errors import NotFound
from maskline.pipelines.command import DEFAULT_FOLDER, FolderOption, Group, StoreOption
from maskline.pipelines.folder import Folder

artifacts = typer.Typer(cls=Group, invoke_without_command=True)


@artifacts.callback()
def list_artifacts(context: typer.Context, folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
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


@contextmanager
def _store(folder: Path, store: str) -> Iterator[None]:
    """Connect to a store that something was written to."""
    from maskline.pipelines.connection import connected

    place = Folder(folder)
    if not store and not place.store.exists():
        raise NotFound(f"no store in {place.path} yet; maskline run makes it")
    with connected(folder, store):
        yield
