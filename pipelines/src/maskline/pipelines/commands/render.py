"""`maskline render` and `maskline preview`: draw a dataset, or a few of its samples to look at."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from maskline.pipelines.commands.options import DEFAULT_FOLDER, FolderOption, StoreOption
from maskline.pipelines.commands.parameters import named_options

PresetArgument = Annotated[str, typer.Argument(help="Drawing preset, e.g. demo or seed.")]
DomainOption = Annotated[str, typer.Option("--domain", help="Whose presets and classes they are.")]
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
    domain: DomainOption = "molecules",
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
    from maskline.contract.cores import cores
    from maskline.pipelines.commands.render_progress import listener
    from maskline.pipelines.engines.stage_process import call_stage
    from maskline.pipelines.local.connection import connected
    from maskline.pipelines.local.folder import Folder

    asked = _asked(domain, preset, samples, seed, settings) | {"workers": workers or cores()}
    console = Console()
    with nullcontext() if store else Folder(folder).locked(), connected(folder, store):
        with listener(console) as listening:
            uri = call_stage("render", "run", asked, "dataset_uri", listening.heard)
        console.print(f"dataset {uri}\n{listening.summary()}", markup=False, highlight=False, soft_wrap=True)


def preview(  # noqa: PLR0913, PLR0917 - one argument per option
    preset: Annotated[
        str, typer.Argument(metavar="PRESET|URI", help="Drawing preset; with --train also the URI of a dataset.")
    ],
    domain: DomainOption = "molecules",
    samples: Annotated[int, typer.Option("--samples", help="How many to show.")] = 12,
    seed: SeedOption = 0,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A drawing option; with --train one of the training, e.g. augmentation.blur_px=2; again for more.",
        ),
    ] = None,
    train: Annotated[
        str, typer.Option("--train", metavar="PRESET", help="Show what a training by this preset would see.")
    ] = "",
    output: Annotated[Path, typer.Option("--output", metavar="FOLDER", help="Where to leave them.")] = Path("preview"),
    folder: FolderOption = DEFAULT_FOLDER,
    store: StoreOption = "",
) -> None:
    """Show a few samples beside their masks: a contact sheet, <preset>.png, and a page, <preset>.html.

    With --train as the network sees them: varied as the training preset says, in its frame, in files named after both.
    """
    from maskline.pipelines.engines.stage_process import call_stage

    place = {"folder": str(output.absolute())}
    if not train:
        asked = _asked(domain, preset, samples, seed, settings) | place
        typer.echo(call_stage("render", "preview", asked, "written", typer.echo))
        return
    options = json.dumps(named_options(settings or ()))
    asked = {"train_preset": train, "samples": samples, "seed": seed, "options": options} | place
    with _dataset(domain, preset, samples, seed, folder, store) as uri:
        typer.echo(call_stage("train", "preview", asked | {"dataset_uri": uri}, "written", typer.echo))


@contextmanager
def _dataset(domain: str, named: str, samples: int, seed: int, folder: Path, store: str) -> Iterator[str]:
    """Yield the URI of a dataset: the named one, or one that is drawn by a preset and gone after the block."""
    from maskline.pipelines.engines.stage_process import call_stage
    from maskline.pipelines.local.connection import connected

    if "://" in named:
        with connected(folder, store) if store or named.startswith("s3://") else nullcontext():
            yield named
        return
    with TemporaryDirectory() as place, connected(folder, Path(place).as_uri()):
        asked = _asked(domain, named, samples, seed, None) | {"workers": 1}
        yield call_stage("render", "run", asked, "dataset_uri", lambda _line: None)


def _asked(domain: str, preset: str, samples: int, seed: int, settings: Sequence[str] | None) -> dict[str, Any]:
    drawing = json.dumps(named_options(settings or ()))
    return {"domain": domain, "preset": preset, "samples": samples, "seed": seed, "drawing": drawing}
