"""`maskline artifacts` and `maskline champion`: what a store holds, who reigns, and what nobody needs any more."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from maskline.contract.errors import NotFound
from maskline.pipelines.command import DEFAULT_FOLDER, FolderOption, Group, StoreOption
from maskline.pipelines.local.folder import Folder

artifacts = typer.Typer(cls=Group, invoke_without_command=True)
champion = typer.Typer(cls=Group, invoke_without_command=True)


@artifacts.callback()
def list_artifacts(context: typer.Context, folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """List the sealed artifacts of a store: datasets, checkpoints, predictions, reports."""
    if context.invoked_subcommand is None:
        from maskline.contract.store import project_store
        from maskline.pipelines.store.listing import overview, sealed

        with _store(folder, store):
            table = overview(sealed(project_store()))
            if not table.row_count:
                typer.echo("nothing is sealed here yet")
                return
            _console().print(table)


@artifacts.command("show")
def show_artifact(
    uri: Annotated[str, typer.Argument(help="URI as the list shows it.")],
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Show everything that an artifact's manifest says."""
    from maskline.pipelines.store.listing import details, open_any

    with _store(folder, store):
        typer.echo(json.dumps(details(open_any(uri)), indent=2))


@artifacts.command("fetch")
def fetch_artifact(
    uri: Annotated[str, typer.Argument(help="URI as the list shows it.")],
    target: Annotated[str, typer.Argument(metavar="FOLDER", help="Where to. Default: the artifact's name.")] = "",
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Copy an artifact's files into a new folder, each checked against the manifest."""
    from maskline.pipelines.store.fetch import fetch
    from maskline.pipelines.store.listing import open_any

    with _store(folder, store):
        artifact = open_any(uri)
        place = Path(target or artifact.uri.rpartition("/")[2])
        fetch(artifact, place)
        typer.echo(f"{place}: {', '.join(artifact.manifest.files)}")


@artifacts.command()
def prune(
    *,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="How many of the last runs of each domain keep all that they need.")
    ] = 10,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it. Without this, only tell what would go.")] = False,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Remove what only former runs needed. Champion, the one before it, and the last runs lose nothing.

    Not while a run is at work: it may count on what an older one made.
    """
    from maskline.contract.store import project_store
    from maskline.pipelines.store import prune as pruning

    with _store(folder, store):
        project = project_store()
        if yes:
            pruning.finish(project)
        total = 0
        for artifact in pruning.surplus(project, runs):
            total += pruning.size(artifact)
            typer.echo(f"{'removing' if yes else 'would remove'} {artifact.uri}  {_megabytes(pruning.size(artifact))}")
            if yes:
                pruning.remove(project, artifact)
        typer.echo(f"{_megabytes(total)} {'removed' if yes else 'would be removed; --yes does it'}")


@champion.callback()
def show_champion(context: typer.Context, folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """Show who reigns, and who did before."""
    if context.invoked_subcommand is None:
        from maskline.contract.store import project_store
        from maskline.pipelines.store.listing import reigns

        with _store(folder, store):
            table = reigns(project_store())
            if not table.row_count:
                typer.echo("no model was promoted here yet")
                return
            _console().print(table)


@champion.command()
def rollback(
    domain: Annotated[str, typer.Argument(help="Whose champion.")] = "molecules",
    to: Annotated[
        str, typer.Option("--to", metavar="URI", help="A former champion's checkpoint. Default: the one before.")
    ] = "",
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Let a former champion reign again."""
    from maskline.contract.champion import roll_back
    from maskline.contract.store import project_store

    with _store(folder, store):
        restored = roll_back(project_store(), domain, datetime.now(UTC).isoformat(timespec="seconds"), to)
        typer.echo(f"{domain}: {restored.checkpoint} reigns; {restored.history[-1].reason}")


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 200)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


@contextmanager
def _store(folder: Path, store: str) -> Iterator[None]:
    """Connect to a store that something was written to."""
    from maskline.pipelines.server.connection import connected

    place = Folder(folder)
    if not store and not place.store.exists():
        raise NotFound(f"no store in {place.path} yet; maskline run makes it")
    with connected(folder, store):
        yield
