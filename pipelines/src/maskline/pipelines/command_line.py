"""The command `maskline`.  Each command imports what it needs when it runs, so that help and errors come at once."""

import typer

from maskline.pipelines.commands import artifacts, predict, render, report, run, tune
from maskline.pipelines.commands import compile as compiling
from maskline.pipelines.commands.brought import WithBrought
from maskline.pipelines.commands.datasets import exchange, folds
from maskline.pipelines.commands.kubeflow import runs, schedules

app = typer.Typer(
    cls=WithBrought,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From pictures that can be drawn with labels to a trained, evaluated segmentation model. Options stand before "
    "or behind a command's name; of one given twice the last counts.",
)
artifacts.add_to(app)
exchange.add_to(app)
folds.add_to(app)
runs.add_to(app)
schedules.add_to(app)
render.add_to(app)
predict.add_to(app)
tune.add_to(app)
run.add_to(app)
compiling.add_to(app)
report.add_to(app)
