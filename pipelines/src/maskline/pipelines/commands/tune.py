"""`maskline tune`: thresholds of a checkpoint, chosen on a dataset; predict and evaluate do the work."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption

ANSWERS = ("champion_predictions_uri", "evaluated_dataset_uri")
"""What else the predict stage says of a dataset."""


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(tune)


def tune(
    checkpoint: Annotated[
        str,
        typer.Argument(
            metavar="CHECKPOINT", help="URI, or published, or champion: the one that reigns over the dataset's classes."
        ),
    ],
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="URI as maskline artifacts shows it.")],
    objective: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="f1|ap|kaggle",
            help="What is to be highest: f1 of each class at IoU .5; mask ap, which only areas can raise; kaggle: the "
            "mean over pictures and IoU .5 to .95 of TP / (TP + FP + FN).",
        ),
    ] = "f1",
    split: Annotated[str, typer.Option("--split", help="The part of the dataset it is chosen on.")] = "val",
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Choose from which score and area on instances of each class are kept; predict takes that from then on.

    A class keeps what it had where that is no better on pictures it was not chosen on. Whoever tells predict a score,
    or a threshold of a class, gets that; predictions of datasets take none unless they are told `tuned: always`.
    """
    from maskline.contract.artifact import open_sealed
    from maskline.pipelines.engines.stage_process import call_stage
    from maskline.pipelines.local.connection import connected

    with connected(folder, store):
        named = {"dataset_uri": dataset, "domain": open_sealed(dataset, "dataset").manifest.categories.domain}
        options = json.dumps({"predict": {"split": split}})
        asked = named | {"checkpoint_uri": checkpoint, "evaluation_dataset": "", "champion_of": ""}
        asked |= {"reading": "", "overrides": options}
        predictions = call_stage("predict", "run", asked, "predictions_uri", typer.echo, ANSWERS)
        chosen = {"objective": objective, "split": split, "predictions_uri": predictions}
        uri = call_stage("evaluate", "tune", named | chosen, "thresholds_uri", typer.echo)
        figures = open_sealed(uri, "thresholds").manifest.figures
    Console(width=None if sys.stdout.isatty() else 200).print(_table(objective, figures))
    typer.echo(uri)


def _table(objective: str, figures: Mapping[str, Any]) -> Table:
    columns = ("instances", "score from", "pixels from", f"{objective} before", "after", "gain on others")
    table = Table("class", *(Column(name, justify="right") for name in columns), "", box=None, header_style="bold")
    for name, of in figures["classes"].items():
        measured = (_number(of[column]) for column in ("before", "after"))
        table.add_row(
            escape(name), str(of["instances"]), f"{of['score']:.3f}", str(of["pixels"]), *measured,
            _number(of["gain"], "+"), of["kept"] and f"stays: {of['kept']}",
        )  # fmt: skip
    measured = (_number(figures[column]) for column in ("before", "after"))
    table.add_row("all", "", "", "", *measured, _number(figures["gain"], "+"), "")
    return table


def _number(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.3f}"
