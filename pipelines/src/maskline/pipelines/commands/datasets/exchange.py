"""`maskline import` and `maskline export`: datasets from and for other tools.

Each command imports its stage when it runs.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from maskline.contract.artifact import Artifact
from maskline.contract.errors import InvalidInput
from maskline.pipelines.commands.group import installed
from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption

RleOrder = Annotated[
    Literal["rows", "columns"] | None,
    typer.Option("--rle-order", help="Whether Kaggle's run lengths go along rows, as usual, or down columns."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("import")(import_)
    app.command("export")(export_)


def import_(  # noqa: PLR0913, PLR0917 - one argument per option
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files that the domain's kind of record reads (of pictures: COCO's and labelme's .json, CVAT's .xml, "
            "Kaggle's .csv), or folders, .zip files or s3:// prefixes that hold them, or label pictures.",
        ),
    ],
    name: Annotated[str, typer.Option("--name", help="What the dataset is called: a-z, 0-9, -.")],
    split: Annotated[
        str,
        typer.Option(
            "--split", help="Put it all into this split, or where its kind can, a share: val=0.2. Else its files say."
        ),
    ] = "",
    domain: Annotated[
        str, typer.Option("--domain", help="Whose categories, and whose kind of record they are.")
    ] = "molecules",
    categories: Annotated[
        str,
        typer.Option(
            "--categories",
            metavar="FILE|own",
            help="A YAML file of 'their name: our name' and 'their name: ignore', for names that the domain does not "
            "have. own: the files' categories become the table.",
        ),
    ] = "",
    like: Annotated[
        str,
        typer.Option(
            "--like", metavar="URI", help="Use categories and kind of this dataset or checkpoint, not the domain's own."
        ),
    ] = "",
    images: Annotated[
        str,
        typer.Option(
            "--images", metavar="FOLDER", help="The pictures' folder, .zip or s3:// prefix, where they lie elsewhere."
        ),
    ] = "",
    layout: Annotated[
        str,
        typer.Option(
            "--layout",
            metavar="NAME",
            help="How the files are laid out, if they do not tell. Of pictures: coco, classes, kaggle, cvat, labelme, "
            "labels; unlabelled, which is never found by itself.",
        ),
    ] = "",
    rle_order: RleOrder = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another option of its kind's import, which an unknown name lists; again for more.",
        ),
    ] = None,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Turn files of other tools into a dataset that every stage takes. What is wrong with them is told in one list."""
    from maskline.contract.config import parse
    from maskline.contract.kind.exchange import OWN, ImportConfig
    from maskline.contract.store import project_store
    from maskline.pipelines.commands.parameters import named_options
    from maskline.pipelines.local.connection import connected
    from maskline.pipelines.store.listing import open_any

    with installed("maskline-render"):
        from maskline.render.importing.stage import run

    values = {
        "sources": sources,
        "name": name,
        "split": split,
        "domain": domain,
        "categories": categories,
        "images": images,
    }
    config = parse(ImportConfig, values, "import")
    words = {"layout": layout, "rle_order": rle_order}
    options = named_options(settings or ()) | {name: value for name, value in words.items() if value}
    if like and categories == OWN:
        raise InvalidInput(f"--categories {OWN} makes a table, and --like {like} names one: give one of them")
    with connected(folder, store):
        liked = open_any(like).manifest if like else None
        given = {"table": liked.categories, "record": liked.of} if liked else {}
        dataset = run(config.model_copy(update=given), project_store(), options)
    _show(dataset)


def export_(  # noqa: PLR0913 - one argument per option
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="URI of a dataset or of predictions as maskline artifacts shows it, or the folder of masks that "
            "maskline predict left.",
        ),
    ],
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="A folder that is not there yet, or is empty.")],
    layout: Annotated[
        str,
        typer.Option(
            "--layout",
            metavar="NAME",
            help="One of its kind's, which an unknown name lists; else the usual one. Of pictures: coco, "
            "annotations/instances_<split>.json and <split>/; seed, images/, labels/ and classes.json; labels, label "
            "pictures. Of predictions: submission-json, kaggle.",
        ),
    ] = "",
    masks: Annotated[
        Literal["rle", "polygons"] | None,
        typer.Option("--masks", help="How masks are written: rle unless told otherwise; seed has polygons only."),
    ] = None,
    rle_order: RleOrder = None,
    *,
    drawings: Annotated[
        bool,
        typer.Option("--drawings", help="Also write the SVG drawings that it keeps, and what they show in colour."),
    ] = False,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another option of its kind's export, which an unknown name lists; again for more.",
        ),
    ] = None,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Write a dataset, or predictions, in a layout that other tools read. What the layout cannot tell is noted."""
    from maskline.pipelines.commands.parameters import named_options
    from maskline.pipelines.local.connection import connected
    from maskline.pipelines.store.listing import open_any

    with installed("maskline-render"):
        from maskline.render.exporting.export import export, submit
        from maskline.render.exporting.predictions import document_of, of_document

    words = {"layout": layout, "masks": masks, "drawings": drawings, "rle_order": rle_order}
    options = named_options(settings or ()) | {name: value for name, value in words.items() if value}
    if document := document_of(source):
        notes = submit(of_document(document), output, options)
    else:
        with connected(folder, store):
            notes = export(open_any(source), output, options)
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(output)


def _show(dataset: Artifact) -> None:
    """Print what is odd on standard error, then the figures and the URI."""
    figures = dataset.manifest.figures
    remarks = figures["remarks"]
    for remark in remarks["listed"]:
        typer.echo(f"note: {remark}", err=True)
    if remarks["count"] > len(remarks["listed"]):
        typer.echo(f"note: and {remarks['count'] - len(remarks['listed'])} more such notes", err=True)
    Console(width=None if sys.stdout.isatty() else 200).print(
        _overview(figures["splits"], dataset.manifest.categories.names)
    )
    typer.echo(dataset.uri)


def _overview(splits: Mapping[str, Mapping[str, Any]], classes: Sequence[str]) -> Table:
    table = Table("", *(Column(split, justify="right") for split in splits), box=None, header_style="bold")
    table.add_row("samples", *(str(split["samples"]) for split in splits.values()))
    for name in classes:
        table.add_row(escape(name), *(str(split["instances"][name]) for split in splits.values()))
    if any(split["crowds"] for split in splits.values()):
        table.add_row("crowd regions", *(str(split["crowds"]) for split in splits.values()))
    return table
