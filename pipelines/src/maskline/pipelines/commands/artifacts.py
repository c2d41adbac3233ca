"""`maskline artifacts` and `maskline champion`: what a store holds, who reigns, and what nobody needs any more."""

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.published import words
from maskline.pipelines.commands.group import Group
from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption
from maskline.pipelines.local.folder import Folder

DomainArgument = Annotated[str, typer.Argument(help="Whose champion.")]
TableArgument = Annotated[
    str,
    typer.Argument(
        metavar="CATEGORIES", help="Of which category table, as the list shows it; where there are several."
    ),
]
artifacts = typer.Typer(cls=Group, invoke_without_command=True)
champion = typer.Typer(cls=Group, invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(artifacts, name="artifacts")
    app.add_typer(champion, name="champion")


@artifacts.callback()
def list_artifacts(context: typer.Context, folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """List the sealed artifacts of a store: datasets, checkpoints, thresholds, predictions, reports."""
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

    with _store_of(uri, folder, store):
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

    with _store_of(uri, folder, store):
        artifact = open_any(uri)
        place = Path(target or artifact.uri.rpartition("/")[2])
        fetch(artifact, place)
        typer.echo(f"{place}: {', '.join(artifact.manifest.files)}")


@artifacts.command()
def prune(
    named: Annotated[
        list[str] | None,
        typer.Argument(metavar="[URI]...", help="Artifacts that shall go, too, if nothing that stays needs them."),
    ] = None,
    *,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="How many of the last runs of each domain keep all that they need.")
    ] = 10,
    days: Annotated[
        int, typer.Option("--days", min=1, help="After how many days without a write unfinished work is given up.")
    ] = 30,
    yes: Annotated[bool, typer.Option("--yes", help="Remove it. Without this, only tell what would go.")] = False,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Remove what only former runs needed, and unfinished work that was given up.

    Champion, the one before it, and the last runs lose nothing; what no stage can make again, such as an imported
    dataset, goes only if it is named. Not while a run is at work: it may count on what an older one made.
    """
    from maskline.contract.store import project_store
    from maskline.pipelines.store.sweep import sweep

    with _store(folder, store):
        before = datetime.now(UTC) - timedelta(days=days)
        for line in sweep(project_store(), runs, before, named or (), really=yes):
            typer.echo(line)


@artifacts.command("check")
def check_store(folder: FolderOption = DEFAULT_FOLDER, store: StoreOption = "") -> None:
    """Try what a store can do, before anything is installed: conditional writes, listing, large objects, times.

    All that it writes is below .maskline/ of the store, and gone when it ends. Exit code 2: something is missing.
    """
    from maskline.contract.store import project_store
    from maskline.pipelines.store import check

    with _store(folder, store, asked=True):
        project = project_store()
        found = list(check.answers(project))
        _console().print(check.table(found))
        try:
            check.require_all(project, found)
        except InvalidInput as fault:
            typer.echo(f"error: {fault}", err=True)
            raise typer.Exit(2) from None


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
    domain: DomainArgument = "molecules",
    table: TableArgument = "",
    to: Annotated[
        str, typer.Option("--to", metavar="URI", help="A former champion's checkpoint. Default: the one before.")
    ] = "",
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Let a former champion reign again."""
    from maskline.contract.store import project_store
    from maskline.pipelines.store.succession import roll_back, throne_of

    with _store(folder, store):
        project = project_store()
        throne = throne_of(project, domain, table)
        restored = roll_back(project, throne, _now(), to)
        typer.echo(f"{throne.name}: {restored.checkpoint} reigns; {restored.history[-1].reason}")


@champion.command()
def retire(
    domain: DomainArgument = "molecules",
    table: TableArgument = "",
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Let a champion step down: nobody reigns until the next run, whose model does. Its files stay where they are."""
    from maskline.contract.store import project_store
    from maskline.pipelines.store import succession

    with _store(folder, store):
        project = project_store()
        throne = succession.throne_of(project, domain, table)
        succession.retire(project, throne, _now())
        typer.echo(f"{throne.name}: {throne.champion.checkpoint} is retired; the next run's model reigns")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 200)


def _store_of(uri: str, folder: Path, store: str) -> AbstractContextManager[None]:
    """Connect to the store that an artifact may lie in; what comes with an installed package needs none."""
    packaged = uri.startswith("package://") or uri in words()
    return nullcontext() if packaged and not store else _store(folder, store)


@contextmanager
def _store(folder: Path, store: str, *, asked: bool = False) -> Iterator[None]:
    """Connect to a store that something was written to, or that is only asked what it can do."""
    from maskline.pipelines.local.connection import connected

    place = Folder(folder)
    if not store and not place.store.exists() and not asked:
        raise NotFound(f"no store in {place.path} yet: maskline run makes it, and --store names another")
    with connected(folder, store):
        yield
