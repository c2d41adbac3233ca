"""The options that several of the commands share, and the server that they lead to."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from maskline.pipelines.kubeflow.server.connection import Server

EndpointOption = Annotated[
    str,
    typer.Option(
        "--endpoint",
        envvar="MASKLINE_KFP_ENDPOINT",
        metavar="URL",
        help="Address of the Kubeflow Pipelines API, or of its UI.",
    ),
]
NamespaceOption = Annotated[
    str,
    typer.Option("--namespace", envvar="MASKLINE_KFP_NAMESPACE", help="Yours, on a server of several users."),
]
TokenOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        envvar="MASKLINE_KFP_TOKEN_FILE",
        metavar="FILE",
        help="Holds a bearer token; read again before every request.",
    ),
]
CaOption = Annotated[
    Path | None,
    typer.Option(
        "--ca-file",
        envvar="MASKLINE_KFP_CA_FILE",
        metavar="FILE",
        help="Certificates (PEM) that sign the server's, instead of the public ones.",
    ),
]
OlderOption = Annotated[
    bool,
    typer.Option(
        "--allow-older-server",
        help="Go on though the server is older than the SDK and may drop settings that it does not know.",
    ),
]
OwnerOption = Annotated[
    str,
    typer.Option(
        "--owner",
        envvar="MASKLINE_SCHEDULE_OWNER",
        help="Whose schedules these are: two files on one server need two owners, or each removes the other's.",
    ),
]


def connect(endpoint: str, namespace: str, token_file: Path | None, ca_file: Path | None) -> "Server":
    """Return the server that the options name.  Raises as `Server` does."""
    from maskline.pipelines.kubeflow.server.connection import Place, Server

    return Server(Place(endpoint, namespace, token_file, ca_file))


def named_options(endpoint: str, namespace: str, token_file: Path | None, ca_file: Path | None) -> str:
    """Return the options that lead to the same server, as a shell takes them, but for those that a variable sets."""
    given = {"endpoint": endpoint, "namespace": namespace, "token-file": token_file, "ca-file": ca_file}
    return "".join(
        f" --{name} {shlex.quote(str(value))}"
        for name, value in given.items()
        if value and os.environ.get(f"MASKLINE_KFP_{name.replace('-', '_').upper()}") != str(value)
    )


def refuse_older(server: "Server", compiled_by: set[str], *, allowed: bool) -> None:
    """Compare the server's version with those of the SDK that compiled the pipelines; tell what there is to tell.

    Raises OlderServer, unless that is allowed.
    """
    from maskline.pipelines.kubeflow.server.failures import OlderServer
    from maskline.pipelines.kubeflow.server.health import check_skew

    for sdk in sorted(compiled_by):
        try:
            text = check_skew(server.health, sdk)
        except OlderServer as error:
            if not allowed:
                raise
            text = str(error)
        if text:
            note(text)


def note(text: str) -> None:
    """Tell what is no result and no failure."""
    typer.echo(f"note: {text}", err=True)
