"""What commands share: how an expected failure is shown, what must be installed, and options of several of them."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from maskline.contract.errors import InvalidInput, MasklineError

STOPPED = 130
"""The exit status of a command that Ctrl-C ended, as shells have it."""


class Group(TyperGroup):
    """Shows an expected failure as one message; a traceback would say nothing more."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MasklineError as error:
            print(f"error: {error}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except OSError as error:  # a full disk, a folder that may not be written
            print(f"error: {error.filename or 'writing'}: {error.strerror}", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except (KeyboardInterrupt, asyncio.CancelledError):
            print("stopped; the same command goes on from here", file=sys.stderr)  # noqa: T201
            raise typer.Exit(STOPPED) from None


@contextmanager
def installed(package: str) -> Iterator[None]:
    """Say what is missing where only the command line is installed, as in its container image."""
    try:
        yield
    except ModuleNotFoundError as fault:
        raise InvalidInput(f"this command needs the package {package}: {fault}") from None


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
