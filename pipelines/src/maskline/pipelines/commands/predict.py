"""`maskline predict`: what is in files of this machine, without a pipeline.

The command imports its stage when it runs.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.text import Text

from maskline.contract.categories import CategoryTable
from maskline.contract.coco.limit import MAX_DETECTIONS
from maskline.contract.shard import ANNOTATIONS_PER_IMAGE
from maskline.pipelines.commands.group import installed
from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption
from maskline.pipelines.commands.parameters import named_options


def add_to(app: typer.Typer) -> None:
    """Give `app` the command."""
    app.command()(predict)


def predict(  # noqa: PLR0913 - the options of a command
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Files that the model's kind reads, or folders of them. Pictures: PNG, JPEG, TIFF, WebP, GIF, ...",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where what people look at and instances.json go.")
    ] = Path("masks"),
    checkpoint: Annotated[
        str,
        typer.Option(
            "--checkpoint",
            metavar="URI",
            help="The model; published: the one that comes with Maskline; champion: a store's.",
            show_default="the published one that takes such files",
        ),
    ] = "",
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also", metavar="URI", help="A further model of the same classes that predicts with it; again for more."
        ),
    ] = None,
    score: Annotated[
        float | None,
        typer.Option(
            "--score",
            min=0,
            max=1,
            help="Instances that are less sure are left out.",
            show_default="what was tuned for the class; else 0.5 unless the kind of record says otherwise",
        ),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option(
            "--max-detections",
            min=1,
            max=ANNOTATIONS_PER_IMAGE - 1,
            help="The most instances of a record, the surest.",
            show_default=str(MAX_DETECTIONS),
        ),
    ] = None,
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help='An option of predicting such records, e.g. views=["same","flip-x"]; again for more.',
        ),
    ] = None,
    untuned: Annotated[
        bool, typer.Option("--untuned", help="Of a model of pictures: do without what maskline tune chose for it.")
    ] = False,
    tile: Annotated[
        int | None,
        typer.Option(
            "--tile",
            min=0,
            metavar="PX",
            help="Pictures with longer sides are seen in overlapping tiles, each as a picture of this size.",
            show_default="0: as a whole",
        ),
    ] = None,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Find the instances in files: each shown for people, and all instances as one COCO document, instances.json.

    What the files are decides which of the published models is taken, unless one is named; pictures have `published`.
    Of pictures every page of a TIFF counts, and of what moves the first frame. What is skipped is told.

    Nothing has to be running. --folder and --store say where a checkpoint is that lies in a store.
    """
    from maskline.contract import champion
    from maskline.contract.artifact import open_sealed
    from maskline.contract.kind.prediction import DOCUMENT, Segmented
    from maskline.contract.store import project_store
    from maskline.pipelines.local.connection import connected

    with installed("maskline-predict"):
        from maskline.predict.direct import find, published_for, segment
    options = named_options(settings or ())
    options |= {} if score is None else {"score_threshold": score}
    options |= {"max_detections": most} if most else {}
    options |= {"also": also} if also else {}
    options |= {"tuned": "never"} if untuned else {}
    options |= {} if tile is None else {"tile_px": tile}
    checkpoint = checkpoint or published_for(files)
    of_store = store or any(
        name == champion.KEYWORD or name.startswith("s3://") for name in (checkpoint, *(also or ()))
    )
    with connected(folder, store) if of_store else nullcontext():
        if checkpoint == champion.KEYWORD:
            checkpoint = champion.only_champion(project_store())
        model = open_sealed(checkpoint, "checkpoint")
        selection = find(model, files, output)
        places = selection.places
        for skipped in selection.skipped:
            typer.echo(f"skipped      {skipped.name}: {skipped.reason}", err=True)
        console, unreadable = Console(), 0
        with _bar(console) as bar:
            task = bar.add_task("", total=len(places))
            for told in segment(model, selection, options, output, project_store() if of_store else None):
                if isinstance(told, Segmented):
                    line = _line(told.name, told.instances, told.seconds, model.manifest.categories)
                    console.print(line, soft_wrap=True)
                    for remark in told.remarks:
                        typer.echo(f"remark       {told.name}: {remark}", err=True)
                else:
                    unreadable += 1
                    typer.echo(f"unreadable   {told.file_name}: {told.reason}", err=True)
                bar.advance(task)
    if unreadable < len(places):
        typer.echo(f"shown in {output}, all instances in {output / DOCUMENT}")
    if unreadable:
        raise typer.Exit(1)


def _bar(console: Console) -> Progress:
    """Return how far the command is, shown on a terminal only and gone when it is done."""
    columns = (BarColumn(None), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _line(name: str, instances: Mapping[int, int], seconds: float, categories: CategoryTable) -> Text:
    """Return a record's name, how many instances of each class it has, in the class's colour, and the time it took."""
    line = Text(name)
    for category in categories.categories:
        if instances.get(category.id):
            line.append(f"  {instances[category.id]} {category.name}", category.colour)
    return line.append(f"  {seconds:.1f} s" if instances else f"  nothing found  {seconds:.1f} s", "dim")
