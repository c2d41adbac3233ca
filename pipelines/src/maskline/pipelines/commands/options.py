"""The options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_PIPELINE = "train-and-evaluate"
DEFAULT_FOLDER = Path("demo")
FolderOption = Annotated[Path, typer.Option("--folder", help="Where runs leave store, logs and results.")]
StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="URI",
        help="Use this store, e.g. s3://bucket/project, instead of the folder's own. Server and keys: "
        "AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_SESSION_TOKEN.",
    ),
]
ParametersOption = Annotated[
    str, typer.Option("--parameters", metavar="NAME|FILE", help="A parameter set (demo), or a YAML file of yours.")
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("-p", metavar="NAME=VALUE", help="One parameter, e.g. samples=500; again for more."),
]
