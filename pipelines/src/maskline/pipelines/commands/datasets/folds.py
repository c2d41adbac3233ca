"""`maskline folds`: a labelled dataset dealt out anew, for training several models or one on its own guesses."""

from typing import Annotated

import typer

from maskline.pipelines.commands.group import installed
from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("folds")(folds_)


def folds_(  # noqa: PLR0913, PLR0917 - one argument per option
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="URI as maskline artifacts shows it.")],
    folds: Annotated[
        int, typer.Option("--folds", min=2, help="How many; no group, such as a well, is in two of them.")
    ] = 5,
    fold: Annotated[
        int | None, typer.Option("--fold", min=0, help="Make this one only, counted from 0.", show_default="all")
    ] = None,
    predictions: Annotated[
        str,
        typer.Option(
            "--predictions",
            metavar="URI",
            help="Predictions of a dataset without labels: what they are sure of joins every fold's training.",
        ),
    ] = "",
    score: Annotated[float, typer.Option("--score", help="Score from which on they are sure.")] = 0.5,
    agreement: Annotated[
        float, typer.Option("--agreement", help="Share of an ensemble's looks that must have found an instance.")
    ] = 0,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Deal the groups of a dataset's splits train and val out to folds: a dataset each, whose split val is one fold."""
    from maskline.contract.config import parse
    from maskline.contract.store import project_store
    from maskline.pipelines.local.connection import connected

    with installed("maskline-render"):
        from maskline.render.deriving.config import FoldConfig
        from maskline.render.deriving.stage import run

    values = {"dataset": dataset, "folds": folds, "predictions": predictions, "score": score, "agreement": agreement}
    numbers = range(folds) if fold is None else (fold,)
    asked = [parse(FoldConfig, values | {"fold": number}, "folds") for number in numbers]
    with connected(folder, store):
        made = [run(config, project_store()) for config in asked]
    for artifact in made:
        for remark in artifact.manifest.figures["remarks"]["listed"]:
            typer.echo(f"note: {remark}", err=True)
    for artifact in made:
        typer.echo(artifact.uri)
