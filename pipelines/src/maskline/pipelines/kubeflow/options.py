"""The options that several of the commands share."""

from pathlib import Path
from typing import Annotated

import typer

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
