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

from maskline.contract.errors import InvalidInput, NotFound
from maskline.pipelines.command import DEFAULT_FOLDER, FolderOption, Group, StoreOption
from maskline.pipelines.local.folder import Folder

artifacts = typer.Typer(cls=Group, invoke_without_command=True)
champion = typer.Typer(cls=Group, invoke_without_command=True)


@artifacts.callback()
def list_artifacts(context: typer.Context, folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """List the sealed artifacts of a store: datasets, checkpoints, predictions, reports."""
    context.obj = (folder, store)
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
    context: typer.Context, uri: Annotated[str, typer.Argument(help="URI as the list shows it.")]
) -> None:
    """Show everything that an artifact's manifest says."""
    from maskline.pipelines.store.listing import details, open_any

    with _store(*context.obj):
        typer.echo(json.dumps(details(open_any(uri)), indent=2))


@artifacts.command("fetch")
def fetch_artifact(
    context: typer.Context,
    uri: Annotated[str, typer.Argument(help="URI as the list shows it.")],
    target: Annotated[str, typer.Argument(metavar="FOLDER", help="Where to. Default: the artifact's name.")] = "",
) -> None:
    """Copy an artifact's files into a new folder, each checked against the manifest."""
    from maskline.pipelines.store.fetch import fetch
    from maskline.pipelines.store.listing import open_any

    with _store(*context.obj):
        artifact = open_any(uri)
        place = Path(target or artifact.uri.rpartition("/")[2])
        fetch(artifact, place)
        typer.echo(f"{place}: {', '.join(artifact.manifest.files)}")


@artifacts.command()
def prune(
    context: typer.Context,
    *,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="How many of the last runs of each domain keep all that they need.")
    ] = 10,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it. Without this, only tell what would go.")] = False,
) -> None:
    """Remove what only former runs needed. Champion, the one before it, and the last runs lose nothing.

    Not while a run is at work: it may count on what an older one made.
    """
    from maskline.contract.store import project_store
    from maskline.pipelines.store import prune as pruning

    with _store(*context.obj):
        store = project_store()
        if yes:
            pruning.finish(store)
        total = 0
        for artifact in pruning.surplus(store, runs):
            total += pruning.size(artifact)
            typer.echo(f"{'removing' if yes else 'would remove'} {artifact.uri}  {_megabytes(pruning.size(artifact))}")
            if yes:
                pruning.remove(store, artifact)
        typer.echo(f"{_megabytes(total)} {'removed' if yes else 'would be removed; --yes does it'}")


@artifacts.command("check")
def check_store(context: typer.Context) -> None:
    """Try what a store can do, before anything is installed: conditional writes, listing, large objects, times.

    All that it writes is below .maskline/ of the store, and gone when it ends. Exit code 2: something is missing.
    """
    from maskline.contract.store import project_store
    from maskline.pipelines.store import check

    with _store(*context.obj, asked=True):
        store = project_store()
        found = list(check.answers(store))
        _console().print(check.table(found))
        try:
            check.require_all(store, found)
        except InvalidInput as fault:
            typer.echo(f"error: {fault}", err=True)
            raise typer.Exit(2) from None


@champion.callback()
def show_champion(context: typer.Context, folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """Show who reigns, and who did before."""
    context.obj = (folder, store)
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
    context: typer.Context,
    domain: Annotated[str, typer.Argument(help="Whose champion.")] = "molecules",
    to: Annotated[
        str, typer.Option("--to", metavar="URI", help="A former champion's checkpoint. Default: the one before.")
    ] = "",
) -> None:
    """Let a former champion reign again."""
    from maskline.contract.champion import roll_back
    from maskline.contract.store import project_store

    with _store(*context.obj):
        restored = roll_back(project_store(), domain, datetime.now(UTC).isoformat(timespec="seconds"), to)
        typer.echo(f"{domain}: {restored.checkpoint} reigns; {restored.history[-1].reason}")


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 200)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


@contextmanager
def _store(folder: Path, store: str, *, asked: bool = False) -> Iterator[None]:
    """Connect to a store that something was written to, or that is only asked what it can do."""
    from maskline.pipelines.server.connection import connected

    place = Folder(folder)
    if not store and not place.store.exists() and not asked:
        raise NotFound(f"no store in {place.path} yet; maskline run makes it")
    with connected(folder, store):
        yield
