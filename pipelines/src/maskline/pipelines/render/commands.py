"""`maskline render` and `maskline preview`: draw a dataset, or a few of its samples to look at."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from maskline.contract.config import merge
from maskline.pipelines.command import DEFAULT_FOLDER, FolderOption, StoreOption
from maskline.pipelines.parameters import assignments

PresetArgument = Annotated[str, typer.Argument(help="Drawing preset, e.g. demo or seed.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Which of the datasets that the preset describes.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="One drawing option, e.g. stereo_share=1 or heavy_atoms=[4,12]; a dot leads into a group; again for more.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Give `app` the commands."""
    app.command()(render)
    app.command()(preview)


def render(  # noqa: PLR0913, PLR0917 - one argument per option
    preset: PresetArgument,
    samples: Annotated[int, typer.Option("--samples", help="Pictures in both splits together.")] = 1000,
    seed: SeedOption = 0,
    workers: Annotated[
        int,
        typer.Option("--workers", min=0, help="Processes that draw; the pictures do not depend on it. 0: one a core."),
    ] = 0,
    settings: SetOption = None,
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Draw a dataset into the store. If it is stopped, the same command goes on from there."""
    from contextlib import nullcontext

    from maskline.contract.cores import cores
    from maskline.pipelines.local.folder import Folder
    from maskline.pipelines.render.bar import listener
    from maskline.pipelines.render.process import render_stage
    from maskline.pipelines.server.connection import connected

    asked = _asked(preset, samples, seed, settings) | {"workers": workers or cores()}
    console = Console()
    with nullcontext() if store else Folder(folder).locked(), connected(folder, store):
        with listener(console) as listening:
            uri = render_stage("run", asked, "dataset_uri", listening.heard)
        console.print(f"dataset {uri}\n{listening.summary()}", markup=False, highlight=False, soft_wrap=True)


def preview(
    preset: PresetArgument,
    samples: Annotated[int, typer.Option("--samples", help="How many to show.")] = 12,
    seed: SeedOption = 0,
    settings: SetOption = None,
    output: Annotated[Path, typer.Option("--output", metavar="FOLDER", help="Where to leave them.")] = Path("preview"),
) -> None:
    """Draw a few samples beside their masks: a contact sheet, <preset>.png, and a page, <preset>.html."""
    from maskline.pipelines.render.process import render_stage

    asked = _asked(preset, samples, seed, settings) | {"folder": str(output.absolute())}
    typer.echo(render_stage("preview", asked, "written", typer.echo))


def _asked(preset: str, samples: int, seed: int, settings: Sequence[str] | None) -> dict[str, Any]:
    drawing = json.dumps(drawing_options(settings or ()))
    return {"preset": preset, "samples": samples, "seed": seed, "drawing": drawing}


def drawing_options(texts: Sequence[str]) -> dict[str, Any]:
    """Read `name=value` words as fields of a drawing, `a.b=value` as field b of a; values are JSON, or else text.

    Raises InvalidInput for a word without `=`.
    """
    options: dict[str, Any] = {}
    for name, text in assignments(texts).items():
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = text
        for part in reversed(name.split(".")):
            value = {part: value}
        options = merge(options, value)
    return options
