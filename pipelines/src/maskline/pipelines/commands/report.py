"""`maskline report`: what came of the last run."""

import webbrowser

import typer

from maskline.contract.errors import NotFound
from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption
from maskline.pipelines.local.folder import Folder


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(report)


def report(folder: FolderOption = DEFAULT_FOLDER) -> None:
    """Open the report of the last complete run in a browser, and print where it is."""
    path = Folder(folder).report
    if not path.exists():
        raise NotFound(f"no report in {path.parent} yet; maskline run writes it")
    typer.echo(path)
    webbrowser.open(path.as_uri())
